//! Errors to messages and exit codes.

use std::fmt;
use std::process::ExitCode;

use relevance_data::DataError;
use relevance_models::StoreError;
use relevance_storage::error_chain;

use crate::output::note;
#[cfg(feature = "train")]
use crate::workflow::gate::GateFailed;

/// Exit code of wrong usage.
const WRONG_USAGE: u8 = 2;
/// Exit code of a gate failure.
#[cfg(feature = "train")]
const GATE_FAILED: u8 = 3;

/// A command line that parses, but cannot work.
#[derive(Debug)]
pub struct WrongUsage(pub anyhow::Error);

impl fmt::Display for WrongUsage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&error_chain(self.0.as_ref()))
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

    note(format_args!("error: {}", error_chain(error.as_ref())));
    #[cfg(feature = "train")]
    if error.is::<GateFailed>() {
        return ExitCode::from(GATE_FAILED);
    }
    if error.is::<WrongUsage>() || error.chain().any(is_wrong_value) {
        ExitCode::from(WRONG_USAGE)
    } else {
        ExitCode::FAILURE
    }
}

/// Whether the cause of an error is a value that the user gave, whatever the files hold.
fn is_wrong_value(cause: &(dyn std::error::Error + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(DataError::Setting { .. }))
        || matches!(cause.downcast_ref(), Some(StoreError::InvalidName { .. }))
}

/// Whether the reader of the output, such as `head`, closed it.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
