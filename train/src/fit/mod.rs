//! Training texts and labels to a vocabulary, sparse rows and a linear model.

pub(crate) mod fitted;
pub mod rows;
pub mod settings;
pub mod solver;
pub mod targets;
pub mod vectorizer;
pub(crate) mod weights;
