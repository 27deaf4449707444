//! The candidate of a comparison with the model in production.

use relevance_data::Dataset;
use relevance_train::Trained;

use crate::workflow::export::CheckedExport;

/// A trained and exported model with its data.
#[derive(Clone, Copy)]
pub(crate) struct Challenger<'a> {
    pub(crate) trained: &'a Trained,
    pub(crate) export: &'a CheckedExport,
    pub(crate) dataset: &'a Dataset,
}
