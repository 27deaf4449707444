//! The predictions for the texts of a request.

use std::sync::Arc;

use relevance_runtime::{Prediction, ScoredText};

use crate::model::active::ActiveModel;

/// The predictions for the texts of a request, all by one version of the model.
pub(crate) struct Classification {
    /// The version that predicted.
    pub(crate) model: Arc<ActiveModel>,
    /// The probability from which a text is relevant: the request's, or else the model's.
    pub(crate) threshold: f32,
    /// One prediction per text, in their order.
    pub(crate) scored: Vec<ScoredText>,
}

impl Classification {
    /// The label of a prediction.
    pub(crate) fn label(&self, prediction: Prediction) -> &str {
        self.model.label(prediction.relevant)
    }
}
