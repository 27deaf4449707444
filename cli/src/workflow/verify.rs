//! The fourth step: a model file on every engine.

use std::path::Path;

use anyhow::ensure;
use rayon::prelude::*;
use relevance_data::sample;
use relevance_export::{inline_functions, to_bytes};
use relevance_pipeline::{Pipeline, Prediction};
use relevance_runtime::parity::{Agreement, compare};
use relevance_runtime::{Engine, EngineKind, OnnxRuntime, RuntimeError, Session, TractEngine};

use crate::workflow::model_file::ModelFile;

/// Texts in a batch.
const BATCH: usize = 64;
/// Texts in a batch of `tract-inlined`, where a text is as long as the vocabulary in each of several nodes.
const INLINED_BATCH: usize = 8;

/// The texts of a source that the engines are compared on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of them, on every engine.
    All,
    /// An evenly spaced sample, smaller on the slower engines: the check of a training run.
    Sample,
}

/// Agreement of one engine with the reference.
#[derive(Clone, Debug)]
pub(crate) struct EngineAgreement {
    /// The engine.
    pub(crate) engine: EngineKind,
    /// How its predictions compare.
    pub(crate) agreement: Agreement,
}

/// Texts, with the predictions of the reference for them: `[texts]`.
struct Expected<'t> {
    texts: Vec<&'t str>,
    predictions: Vec<Prediction>,
}

impl Extent {
    /// Maximum number of texts.
    const fn max_texts(self) -> usize {
        match self {
            Self::All => usize::MAX,
            Self::Sample => 512,
        }
    }

    /// Maximum number of texts for `tract-inlined`, where a text costs as much as the vocabulary is long.
    const fn max_inlined_texts(self) -> usize {
        match self {
            Self::All => usize::MAX,
            Self::Sample => 16,
        }
    }
}

/// Compares every engine with the reference that the file holds; onnxruntime only with the path of its shared library.
pub(crate) fn verify(
    file: &ModelFile,
    texts: &[&str],
    onnxruntime: Option<&Path>,
    extent: Extent,
) -> anyhow::Result<Vec<EngineAgreement>> {
    let ModelFile {
        bytes,
        model,
        reference,
    } = file;
    let texts = sample(texts, extent.max_texts()).copied().collect();
    let expected = Expected::new(reference, texts);

    let compare_session = || {
        let session = Session::from_bytes(bytes)?;
        let native = expected.compare(&session, BATCH)?;
        let tract = expected.compare(&TractEngine(&session), BATCH)?;
        anyhow::Ok((native, tract))
    };
    let compare_inlined = || {
        let inlined = to_bytes(&inline_functions(model)?);
        let session = Session::from_bytes(&inlined)?;
        let sampled = expected.sample(extent.max_inlined_texts());
        anyhow::Ok(sampled.compare(&session, INLINED_BATCH)?)
    };
    let compare_onnxruntime = |library: &Path| {
        let engine = OnnxRuntime::from_bytes(library, bytes, &reference.labels().relevant)?;
        anyhow::Ok(expected.compare(&engine, BATCH)?)
    };

    // The slowest engine starts first.
    let (inlined, (session, onnxruntime)) = rayon::join(compare_inlined, || {
        rayon::join(compare_session, || {
            onnxruntime.map(compare_onnxruntime).transpose()
        })
    });

    let (native, tract) = session?;
    let agreements = [
        (EngineKind::Native, Some(native)),
        (EngineKind::Tract, Some(tract)),
        (EngineKind::TractInlined, Some(inlined?)),
        (EngineKind::OnnxRuntime, onnxruntime?),
    ];
    let compared = agreements.into_iter().filter_map(|(engine, agreement)| {
        let agreement = agreement?;
        Some(EngineAgreement { engine, agreement })
    });
    Ok(compared.collect())
}

impl<'t> Expected<'t> {
    fn new(reference: &Pipeline, texts: Vec<&'t str>) -> Self {
        let predictions = texts
            .par_iter()
            .map(|text| reference.predict(text))
            .collect();
        Self { texts, predictions }
    }

    /// Returns an evenly spaced sample of at most `max` texts.
    fn sample(&self, max: usize) -> Self {
        let texts = sample(&self.texts, max);
        let predictions = sample(&self.predictions, max);
        Self {
            texts: texts.copied().collect(),
            predictions: predictions.copied().collect(),
        }
    }

    fn compare(&self, engine: &dyn Engine, batch: usize) -> Result<Agreement, RuntimeError> {
        compare(&self.predictions, engine, &self.texts, batch)
    }
}

/// Fails when an engine differs from the reference, with the engine and the text.
pub(crate) fn ensure_agreement(engines: &[EngineAgreement]) -> anyhow::Result<()> {
    for EngineAgreement { engine, agreement } in engines {
        ensure!(
            agreement.holds(),
            "{engine} differs from the reference by {:e} at text {}, and in the label of {} of {} texts",
            agreement.largest_difference,
            agreement.farthest_text + 1,
            agreement.changed_labels.len(),
            agreement.texts
        );
    }
    Ok(())
}
