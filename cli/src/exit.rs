//! Errors to messages and exit codes.

use std::fmt;
use std::process::ExitCode;

use crate::workflow::gate::GateFailed;

/// Exit code of wrong usage.
const WRONG_USAGE: u8 = 2;
/// Exit code of a gate failure.
const GATE_FAILED: u8 = 3;

/// A command line that parses, but cannot work.
#[derive(Debug)]
pub struct WrongUsage(pub anyhow::Error);

impl fmt::Display for WrongUsage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&message(&self.0))
    }
}

impl std::error::Error for WrongUsage {}

/// Prints the error, if there is one, and returns the exit code.
pub fn code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    if is_closed_pipe(&error) {
        return ExitCode::SUCCESS;
    }

    eprintln!("error: {}", message(&error));
    if error.is::<WrongUsage>() {
        ExitCode::from(WRONG_USAGE)
    } else if error.is::<GateFailed>() {
        ExitCode::from(GATE_FAILED)
    } else {
        ExitCode::FAILURE
    }
}

/// Joins the error and its causes, without those that the message before them contains.
fn message(error: &anyhow::Error) -> String {
    let mut messages: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        let is_repeated = messages.last().is_some_and(|last| last.contains(&cause));
        if !is_repeated {
            messages.push(cause);
        }
    }
    messages.join(": ")
}

/// Whether the reader of the output, such as `head`, closed it.
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
    fn a_cause_that_the_message_before_contains_is_left_out() {
        let error = anyhow!("no answer")
            .context("request failed: no answer")
            .context("cannot read `x`");
        assert_eq!(
            message(&error),
            "cannot read `x`: request failed: no answer"
        );
    }
}
