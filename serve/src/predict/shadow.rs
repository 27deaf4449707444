//! A shadow: another version that scores the same texts, whose answers nobody gets.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use relevance_runtime::Prediction;
use tokio::sync::mpsc;

use crate::error::ServeError;
use crate::metrics::ShadowMetrics;
use crate::model::loaded::{LoadedModel, ModelSource};

/// Requests that may wait for the shadow; past it they are left out, since an answer never waits for it.
const QUEUE: usize = 256;

/// Where answered requests are handed to the shadow.
#[derive(Debug)]
pub(crate) struct Shadow {
    source: ModelSource,
    model: Arc<ArcSwapOption<LoadedModel>>,
    answered: mpsc::Sender<Answered>,
    metrics: Arc<ShadowMetrics>,
}

/// Texts with what was answered for them.
#[derive(Debug)]
struct Answered {
    version: u64,
    threshold: Option<f32>,
    texts: Vec<String>,
    predictions: Vec<Prediction>,
}

impl Shadow {
    /// Loads the version that the source names, and scores from now on.
    pub(crate) async fn start(
        source: ModelSource,
        metrics: Arc<ShadowMetrics>,
    ) -> Result<Self, ServeError> {
        let (answered, requests) = mpsc::channel(QUEUE);
        let shadow = Self {
            source,
            model: Arc::default(),
            answered,
            metrics,
        };
        shadow.reload().await?;
        tokio::spawn(score(
            Arc::clone(&shadow.model),
            requests,
            Arc::clone(&shadow.metrics),
        ));
        Ok(shadow)
    }

    /// Looks at the store, and loads when it names another version; on any failure the old one stays.
    pub(crate) async fn reload(&self) -> Result<(), ServeError> {
        let version = self
            .model
            .load()
            .as_ref()
            .map(|model| model.manifest().version);
        if let Some(loaded) = self.source.load_other_than(version).await? {
            tracing::info!(
                model = self.source.name,
                version = loaded.manifest().version,
                "this version is the shadow now"
            );
            self.model.store(Some(Arc::new(loaded)));
        }
        Ok(())
    }

    /// Takes the texts of an answer, unless too many wait already; `threshold` is the request's own.
    pub(crate) fn take<T: AsRef<str>>(
        &self,
        version: u64,
        threshold: Option<f32>,
        texts: &[T],
        predictions: &[Prediction],
    ) {
        let Ok(place) = self.answered.try_reserve() else {
            self.metrics.left_out.inc_by(texts.len() as u64);
            return;
        };
        let texts = texts.iter().map(|text| text.as_ref().to_owned()).collect();
        place.send(Answered {
            version,
            threshold,
            texts,
            predictions: predictions.to_vec(),
        });
    }
}

/// Scores what was answered, for as long as the service runs.
async fn score(
    model: Arc<ArcSwapOption<LoadedModel>>,
    mut requests: mpsc::Receiver<Answered>,
    metrics: Arc<ShadowMetrics>,
) {
    while let Some(answered) = requests.recv().await {
        let Some(model) = model.load_full() else {
            continue;
        };
        let version = model.manifest().version;
        // Once it is promoted there is nothing to compare until another candidate comes.
        if version == answered.version {
            continue;
        }
        match model.session().predict(&answered.texts) {
            Ok(predictions) => {
                for (ours, mut theirs) in answered.predictions.iter().zip(predictions) {
                    if let Some(threshold) = answered.threshold {
                        theirs.relevant = theirs.probability >= threshold;
                    }
                    metrics.compare(&model.manifest().name, version, *ours, theirs);
                }
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                version,
                "the shadow failed"
            ),
        }
        tokio::task::yield_now().await;
    }
}
