//! A prediction, with the evidence that it rests on.

use relevance_pipeline::Prediction;

/// Prediction for one text, with the part of the text that it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredText {
    /// The prediction.
    pub prediction: Prediction,
    /// Number of different terms of the text that the model knows; without any the probability is
    /// the model's base rate. `None` for an inlined file.
    pub known_terms: Option<u32>,
}
