//! Errors to exit codes.

use std::process::ExitCode;

use crate::workflow::gate::GateFailed;

/// The command was used in a way that cannot work, though it parsed: exit code 2.
#[derive(Debug)]
pub struct WrongUsage(pub anyhow::Error);

impl std::fmt::Display for WrongUsage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&message(&self.0))
    }
}

impl std::error::Error for WrongUsage {}

/// Tells the error, if there is one, and what to exit with.
pub fn code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    if is_closed_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    eprintln!("error: {}", message(&error));
    if error.is::<WrongUsage>() {
        ExitCode::from(2)
    } else if error.is::<GateFailed>() {
        ExitCode::from(3)
    } else {
        ExitCode::FAILURE
    }
}

/// The error and its causes, but those that the one before tells already.
fn message(error: &anyhow::Error) -> String {
    let mut told = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if told
            .last()
            .is_none_or(|before: &String| !before.contains(&cause))
        {
            told.push(cause);
        }
    }
    told.join(": ")
}

/// The reader of our output, `head` for one, had enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::message;

    #[test]
    fn a_cause_that_was_told_already_is_not_told_again() {
        let error = anyhow!("no answer")
            .context("request failed: no answer")
            .context("cannot read `x`");
        assert_eq!(
            message(&error),
            "cannot read `x`: request failed: no answer"
        );
    }
}
