//! The predictions for the texts of a request.

use std::sync::Arc;

use relevance_runtime::Prediction;

use crate::model::active::ActiveModel;

/// Texts with the verdicts on them, all by one version of the model.
pub(crate) struct Classification {
    /// The version that answered.
    pub(crate) model: Arc<ActiveModel>,
    /// The probability from which a text is relevant: the request's, or else the model's.
    pub(crate) threshold: f32,
    /// One prediction a text, in their order.
    pub(crate) predictions: Vec<Prediction>,
}

impl Classification {
    /// The name of a prediction's verdict.
    pub(crate) fn label(&self, prediction: Prediction) -> &str {
        self.model.label(prediction.relevant)
    }
}
