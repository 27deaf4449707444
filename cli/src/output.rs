//! Data on standard output.

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
