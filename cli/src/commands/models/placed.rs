//! The outcome of a command that brings a version into a store.

use relevance_models::Promotion;
use serde::Serialize;

use super::promotion::promotion_line;
use crate::output;

/// A version that is in the store now, as `--json` prints it.
#[derive(Serialize)]
pub struct Placed<'a> {
    pub name: &'a str,
    pub version: u64,
    /// Whether the version was written now.
    pub is_new: bool,
    /// The promotion, if one was asked for.
    pub promotion: Option<Promotion>,
}

impl Placed<'_> {
    /// Prints the outcome as JSON, or else the line about the version and that about the promotion.
    pub fn print(&self, is_json: bool, line: &str) -> anyhow::Result<()> {
        if is_json {
            return output::print_json(self);
        }

        let promoted = self.promotion.as_ref().map(promotion_line);
        output::print(&format!("{line}\n{}", promoted.unwrap_or_default()))
    }
}
