//! Classification of a request's texts: validation, admission, scoring, and what is recorded.

use std::time::Instant;

use relevance_runtime::ScoredText;

use crate::http::request_id::RequestId;
use crate::metrics::RequestDurations;
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

        let start = Instant::now();
        let _admitted = self.admission().admit(texts.len()).await?;
        let model = self.active_model()?;
        let threshold = requested_threshold.unwrap_or(model.session().info().threshold);

        let admitted = Instant::now();
        let scored = score(&model, texts, threshold).await;
        let durations = RequestDurations {
            queue: admitted.duration_since(start),
            scoring: admitted.elapsed(),
        };
        let statistics = &model.metrics().statistics;
        statistics.count(texts.len(), durations, scored.is_ok());
        let scored = scored?;

        model.metrics().count(texts, &scored, model.session());
        if let Some(shadow) = self.shadow() {
            let version = model.identity().version;
            shadow.submit(version, requested_threshold, texts, &scored);
        }

        let classification = Classification {
            model,
            threshold,
            scored,
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
) -> Result<Vec<ScoredText>, Problem> {
    let mut all = Vec::new();

    for chunk in texts.chunks(CHUNK_TEXTS) {
        if !all.is_empty() {
            tokio::task::yield_now().await;
        }

        let scored = model
            .session()
            .score(chunk, threshold)
            .map_err(|error| Problem::Internal(error.into()))?;
        if scored.len() != chunk.len() {
            let counts = format!("{} predictions for {} texts", scored.len(), chunk.len());
            return Err(Problem::Internal(counts.into()));
        }

        if all.is_empty() {
            all = scored;
        } else {
            all.extend(scored);
        }
    }

    Ok(all)
}
