//! Texts to verdicts: the one way to an answer, for every route and protocol.

use relevance_runtime::Prediction;

use crate::http::request_id::RequestId;
use crate::model::loaded::LoadedModel;
use crate::predict::classification::Classification;
use crate::predict::validation::validate;
use crate::problem::{Limit, Problem, TextLocation};
use crate::state::ServiceState;

/// Texts that are scored before others get their turn on the thread.
const CHUNK: usize = 128;

impl ServiceState {
    /// Judges the texts of a request: checks them, waits for their turn, scores and counts them.
    ///
    /// `place` names a text in a problem by its number; `threshold` stands in for the model's.
    pub(crate) async fn classify<T: AsRef<str> + Sync>(
        &self,
        id: &RequestId,
        texts: &[T],
        threshold: Option<f64>,
        place: impl Fn(usize) -> TextLocation,
    ) -> Result<Classification, Problem> {
        let limits = self.limits();
        if texts.is_empty() {
            return Err(Problem::EmptyBatch);
        }
        if texts.len() > limits.max_batch_texts {
            return Err(Problem::BatchTooLarge {
                got_texts: texts.len(),
                limit: Limit::batch(limits.max_batch_texts),
            });
        }
        for (number, text) in texts.iter().enumerate() {
            validate(text.as_ref(), place(number), limits.max_text_bytes)?;
        }
        let threshold = check_threshold(threshold)?;

        let _admitted = self.admission().admit(texts.len()).await?;
        let model = self.active_model()?;
        let mut predictions = score(&model, texts).await?;
        let own = model.session().info().threshold;
        if let Some(threshold) = threshold {
            for prediction in &mut predictions {
                prediction.relevant = prediction.probability >= threshold;
            }
        }
        model.metrics().count(texts, &predictions, model.session());
        if let Some(shadow) = self.shadow() {
            shadow.take(model.manifest().version, threshold, texts, &predictions);
        }
        let classification = Classification {
            threshold: threshold.unwrap_or(own),
            model,
            predictions,
        };
        if let Some(capture) = self.capture() {
            capture.take(id, texts, &classification);
        }
        Ok(classification)
    }
}

/// Scores chunk by chunk, so that a large batch does not keep small requests from the thread.
async fn score<T: AsRef<str>>(
    model: &LoadedModel,
    texts: &[T],
) -> Result<Vec<Prediction>, Problem> {
    let mut predictions = Vec::new();
    for chunk in texts.chunks(CHUNK) {
        if !predictions.is_empty() {
            tokio::task::yield_now().await;
        }
        let scored = model
            .session()
            .predict(chunk)
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

/// The threshold as scores are compared with it; a number is not rounded into the range first.
#[expect(
    clippy::cast_possible_truncation,
    reason = "scores have the same precision"
)]
fn check_threshold(threshold: Option<f64>) -> Result<Option<f32>, Problem> {
    match threshold {
        Some(threshold) if !(0.0..=1.0).contains(&threshold) => {
            Err(Problem::InvalidThreshold { got: threshold })
        }
        threshold => Ok(threshold.map(|threshold| threshold as f32)),
    }
}
