//! The command `relevance`, and its workflow as a library: from a table of labelled sentences to a service over HTTP.
//!
//! The only place that knows every other crate. Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 failed, 2 wrong
//! usage, 3 a gate refused the model.

mod arguments;
mod async_runtime;
mod commands;
mod exit;
mod files;
mod logging;
mod output;
mod progress;
pub mod workflow;

pub use commands::main;
pub use progress::Progress;
