//! A training run: its inputs, and its steps in their order.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Context as _;
use relevance_models::{Promotion, Store};
use relevance_train::{FittedElsewhere, Settings};

use crate::exit::WrongUsage;
use crate::progress::Progress;
use crate::workflow::candidate::Candidate;
use crate::workflow::challenger::Challenger;
use crate::workflow::compare::{Champion, compare};
use crate::workflow::gate::check_report;
use crate::workflow::messages::{Messages, ShownTexts};
use crate::workflow::publish::{Published, publish};
use crate::workflow::read::read;
use crate::workflow::train::{measure, train};

/// A run from a source of labelled sentences to a version in the store.
#[derive(Debug)]
pub struct TrainingRun<'a> {
    /// Locations of the labelled sentences, as the flag `--data` takes them.
    pub locations: &'a [OsString],
    /// Settings of the source, the training and the gate.
    pub settings: &'a Settings,
    /// Pipeline that is measured and published instead of fitting one.
    pub fitted: Option<&'a FittedElsewhere>,
    /// Store of the production model, and of the version that is published.
    pub store: &'a Store,
    /// Shared library of onnxruntime; `None` leaves that engine out of the verification.
    pub onnxruntime: Option<&'a Path>,
    /// Where progress is shown.
    pub progress: Progress,
    /// Texts of the data in messages, also of errors.
    pub texts: ShownTexts,
}

impl TrainingRun<'_> {
    /// Reads, trains, exports, verifies, and holds the result against the gate and the production model.
    ///
    /// # Errors
    /// [`GateFailed`](crate::workflow::gate::GateFailed) when a rule of the gate is not met; any other error when a step fails.
    pub async fn prepare(&self) -> anyhow::Result<Candidate> {
        let Self {
            settings,
            onnxruntime,
            progress,
            texts,
            ..
        } = *self;
        self.check_inputs().await?;
        // They stay open, since a stream can be read again only meanwhile.
        let _sentences = settings.model_checks.check_readable()?;
        let redact = |error| texts.redact_error(error);
        let dataset = read(self.locations, settings, progress)
            .map_err(anyhow::Error::from)
            .map_err(redact)?;
        let (trained, exported) = match self.fitted {
            None => train(&dataset, settings, onnxruntime, progress),
            Some(fitted) => measure(&dataset, fitted, settings, onnxruntime, progress),
        }
        .map_err(redact)?;

        let messages = Messages { progress, texts };
        check_report(&settings.gate, &trained.report, messages)?;
        let exported = exported?.check(&settings.gate)?;

        let challenger = Challenger {
            trained: &trained,
            export: &exported,
            dataset: &dataset,
        };
        let comparison = compare(self.store, settings, challenger, messages).await?;
        Ok(Candidate::new(trained, exported, comparison, &dataset))
    }

    /// Checks what later steps need, so that a mistake is known before the training and not after it.
    async fn check_inputs(&self) -> anyhow::Result<()> {
        let Self {
            settings, store, ..
        } = *self;
        if let Some(champion) = Champion::read(store, &settings.name).await? {
            champion.check_readable(&settings.gate)?;
        }
        store.check_writable(&settings.name)?;
        if let Some(fitted) = self.fitted {
            fitted
                .settings(settings)
                .map_err(anyhow::Error::from)
                .map_err(WrongUsage)?;
        }

        // A bare name is looked for in the system's folders.
        let library = self
            .onnxruntime
            .filter(|path| path.components().count() > 1);
        if let Some(path) = library {
            path.metadata().with_context(|| {
                format!("cannot read onnxruntime's library `{}`", path.display())
            })?;
        }
        Ok(())
    }

    /// Publishes the candidate and sets the alias `candidate`, unless a version holds the same model file already.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn publish(&self, candidate: &Candidate) -> anyhow::Result<Published> {
        publish(self.store, candidate, self.progress).await
    }

    /// Sets the alias `production` to the published version, and `previous` to the one before.
    ///
    /// # Errors
    /// When the store cannot be read or written, or the version is damaged.
    pub async fn promote(&self, published: &Published) -> anyhow::Result<Promotion> {
        let version = published.manifest.version.to_string();
        Ok(self.store.promote(&self.settings.name, &version).await?)
    }
}
