//! Data on standard output, and messages on stderr.

use std::fmt::Display;
use std::io::Write as _;

use anyhow::Context as _;
use serde::Serialize;

/// Writes `text` as it is.
pub fn print(text: &str) -> anyhow::Result<()> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .context("cannot write to standard output")
}

/// Writes `value` as indented JSON and a line break.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// Writes a message and a line break to stderr.
pub fn note(message: impl Display) {
    write_to_stderr(&format!("{message}\n"));
}

/// Writes `text` to stderr as it is. A message that cannot be written, as on a full disk, is lost,
/// and the work goes on.
pub fn write_to_stderr(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
