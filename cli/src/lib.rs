//! The command `relevance`, and its workflow as a library: from a table of labelled sentences to a service over HTTP.
//!
//! The only crate that depends on every other one. Data goes to stdout, messages go to stderr. Exit codes: 0 success,
//! 1 failure, 2 wrong usage, 3 a gate failure.
//!
//! | module | content |
//! | --- | --- |
//! | [`workflow`] | the steps from labelled sentences to a published model |
//! | `commands` | one file a command: it parses, calls the workflow or another crate, and prints |
//! | `arguments` | flags that several commands share |
//! | `progress`, `output`, `exit` | stderr, stdout and exit codes |
//! | `signals` | the end of a command by a signal |
//! | `logging` | log and spans of the service |
//! | `file_descriptors` | the limit of open files, and limits that contradict it |
//! | `files`, `async_runtime` | files that are read or replaced whole, and the async runtime |
//!
//! Imports go from `commands` to `arguments` to `workflow`; the workflow knows no flags.
//!
//! Without the feature `train` there is no workflow, and the command has only what a service needs.

// They end the process when stderr cannot be written: `output::note` does not.
#![deny(clippy::print_stderr)]

mod arguments;
mod async_runtime;
mod commands;
mod exit;
mod file_descriptors;
mod files;
mod logging;
mod output;
mod progress;
mod signals;
#[cfg(feature = "train")]
pub mod workflow;

pub use commands::cli::run as main;
pub use progress::Progress;
