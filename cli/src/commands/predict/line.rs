//! The prediction of a line.

use serde::Serialize;

/// The prediction for one text, as programs read it.
#[derive(Serialize)]
pub struct Line<'a> {
    pub label: &'a str,
    pub relevant: bool,
    pub probability: f32,
    /// Missing for a model with inlined functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_terms: Option<u32>,
    pub text: &'a str,
}
