//! Shadow: a second version that scores the same texts for the metrics only.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use relevance_runtime::{Prediction, ScoredText};
use tokio::sync::mpsc;

use crate::error::ServeError;
use crate::metrics::ShadowMetrics;
use crate::model::loaded::LoadedModel;
use crate::model::loader::ModelLoader;

/// Requests that may be queued for the shadow; further ones are skipped, since no response waits
/// for it.
const QUEUE_REQUESTS: usize = 256;

/// Submits scored requests to the shadow.
#[derive(Debug)]
pub(crate) struct Shadow {
    loader: ModelLoader,
    model: Arc<ArcSwapOption<LoadedModel>>,
    requests: mpsc::Sender<ScoredRequest>,
    metrics: Arc<ShadowMetrics>,
}

/// Texts with the active model's predictions.
#[derive(Debug)]
struct ScoredRequest {
    version: u64,
    threshold: Option<f32>,
    texts: Vec<String>,
    predictions: Vec<Prediction>,
}

impl Shadow {
    /// Loads the version that the loader's source names, and starts to score.
    pub(crate) async fn start(
        loader: ModelLoader,
        metrics: Arc<ShadowMetrics>,
    ) -> Result<Self, ServeError> {
        let (sender, receiver) = mpsc::channel(QUEUE_REQUESTS);
        let shadow = Self {
            loader,
            model: Arc::default(),
            requests: sender,
            metrics,
        };

        shadow.reload().await?;
        tokio::spawn(score(
            Arc::clone(&shadow.model),
            receiver,
            Arc::clone(&shadow.metrics),
        ));

        Ok(shadow)
    }

    /// Loads the version that the store names, if it is another; after a failure the old one stays.
    pub(crate) async fn reload(&self) -> Result<(), ServeError> {
        let current = self.model.load_full();
        let current = current.map(|model| model.identity().clone());

        if let Some(loaded) = self.loader.load_other_than(current).await? {
            tracing::info!(
                model = loaded.identity().name,
                version = loaded.identity().version,
                "activated the version as shadow"
            );
            self.model.store(Some(Arc::new(loaded)));
        }
        Ok(())
    }

    /// Submits the texts of a request, unless the queue is full; `threshold` is the request's own.
    pub(crate) fn submit<T: AsRef<str>>(
        &self,
        version: u64,
        threshold: Option<f32>,
        texts: &[T],
        scored: &[ScoredText],
    ) {
        let Ok(permit) = self.requests.try_reserve() else {
            self.metrics.left_out.inc_by(texts.len() as u64);
            return;
        };

        let texts = texts.iter().map(|text| text.as_ref().to_owned()).collect();
        permit.send(ScoredRequest {
            version,
            threshold,
            texts,
            predictions: scored.iter().map(|text| text.prediction).collect(),
        });
    }
}

/// Scores submitted requests until the service ends.
async fn score(
    model: Arc<ArcSwapOption<LoadedModel>>,
    mut requests: mpsc::Receiver<ScoredRequest>,
    metrics: Arc<ShadowMetrics>,
) {
    while let Some(request) = requests.recv().await {
        let Some(model) = model.load_full() else {
            continue;
        };
        let version = model.identity().version;
        // A promoted shadow is the active version itself: there is nothing to compare.
        if version == request.version {
            continue;
        }

        let session = model.session();
        let threshold = request.threshold.unwrap_or(session.info().threshold);
        match session.score(&request.texts, threshold) {
            Ok(scored) => {
                for (&active, shadow) in request.predictions.iter().zip(scored) {
                    metrics.compare(&model.identity().name, version, active, shadow.prediction);
                }
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                version,
                "the shadow cannot score a request"
            ),
        }

        tokio::task::yield_now().await;
    }
}
