//! Training texts and labels to a vocabulary, sparse rows and a linear model.

pub(crate) mod class_weight;
pub mod elsewhere;
pub(crate) mod fast_repeats;
pub(crate) mod fitted;
pub mod rows;
pub mod settings;
pub mod solver;
pub mod targets;
pub mod vectorizer;
pub(crate) mod weights;

/// Rounds numbers to the precision of the model file.
#[expect(clippy::cast_possible_truncation, reason = "the model file holds f32")]
pub(crate) fn to_single_precision(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}
