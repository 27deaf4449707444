//! Classification of a request's texts: validation, admission, scoring, and what is recorded.

use relevance_runtime::Prediction;

use crate::http::request_id::RequestId;
use crate::model::loaded::LoadedModel;
use crate::predict::classification::Classification;
use crate::predict::validation::{validate_batch, validate_threshold};
use crate::problem::{Problem, TextLocation};
use crate::state::ServiceState;

/// Texts that are scored before other requests get their turn on the thread.
const CHUNK_TEXTS: usize = 128;

impl ServiceState {
    /// Classifies the texts of a request: validates them, waits for admission, scores, and records
    /// the predictions.
    ///
    /// `location` locates a text in a problem by its index; `threshold` overrides the model's.
    pub(crate) async fn classify<T: AsRef<str> + Sync>(
        &self,
        id: &RequestId,
        texts: &[T],
        threshold: Option<f64>,
        location: impl Fn(usize) -> TextLocation,
    ) -> Result<Classification, Problem> {
        validate_batch(texts, location, self.limits())?;
        let requested_threshold = validate_threshold(threshold)?;

        let _admitted = self.admission().admit(texts.len()).await?;
        let model = self.active_model()?;
        let threshold = requested_threshold.unwrap_or(model.session().info().threshold);
        let predictions = score(&model, texts, threshold).await?;

        model.metrics().count(texts, &predictions, model.session());
        if let Some(shadow) = self.shadow() {
            let version = model.manifest().version;
            shadow.submit(version, requested_threshold, texts, &predictions);
        }

        let classification = Classification {
            model,
            threshold,
            predictions,
        };
        if let Some(capture) = self.capture() {
            capture.sample(id, texts, &classification);
        }

        Ok(classification)
    }
}

/// Scores chunk by chunk, so that a large batch does not block the thread for small requests.
async fn score<T: AsRef<str>>(
    model: &LoadedModel,
    texts: &[T],
    threshold: f32,
) -> Result<Vec<Prediction>, Problem> {
    let mut predictions = Vec::new();

    for chunk in texts.chunks(CHUNK_TEXTS) {
        if !predictions.is_empty() {
            tokio::task::yield_now().await;
        }

        let scored = model
            .session()
            .predict_with_threshold(chunk, threshold)
            .map_err(|error| Problem::Internal(error.into()))?;
        if scored.len() != chunk.len() {
            let counts = format!("{} predictions for {} texts", scored.len(), chunk.len());
            return Err(Problem::Internal(counts.into()));
        }

        if predictions.is_empty() {
            predictions = scored;
        } else {
            predictions.extend(scored);
        }
    }

    Ok(predictions)
}
