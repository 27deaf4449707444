//! An exported file on every engine.

use std::path::Path;

use anyhow::ensure;
use rayon::prelude::*;
use relevance_data::sample;
use relevance_export::{inline_functions, to_bytes};
use relevance_pipeline::{Pipeline, Prediction};
use relevance_runtime::parity::{Agreement, compare};
use relevance_runtime::{Engine, EngineKind, OnnxRuntime, RuntimeError, Session, TractEngine};

use crate::workflow::model_file::ModelFile;

/// How many texts an engine is asked for at once.
const BATCH: usize = 64;
/// The same node by node, where a text is as long as the vocabulary in each of several nodes.
const INLINED_BATCH: usize = 8;

/// Which texts of a source the engines are compared on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of them, on every engine.
    Whole,
    /// Evenly spread ones, fewer on the slower engines: what a training run can spare.
    Training,
}

impl Extent {
    /// How many evenly spread texts an engine is asked for at most.
    const fn texts(self) -> usize {
        match self {
            Self::Whole => usize::MAX,
            Self::Training => 512,
        }
    }

    /// The same node by node, where a text costs as much as the vocabulary is long.
    const fn inlined_texts(self) -> usize {
        match self {
            Self::Whole => usize::MAX,
            Self::Training => 16,
        }
    }
}

/// Each engine's name and how it agrees with the reference that the file holds.
pub fn verify(
    file: &ModelFile,
    texts: &[&str],
    onnxruntime: Option<&Path>,
    extent: Extent,
) -> anyhow::Result<Vec<(&'static str, Agreement)>> {
    let ModelFile {
        bytes,
        model,
        reference,
    } = file;
    let asked = Asked::of(reference, sample(texts, extent.texts()).copied().collect());
    let serving = || {
        let session = Session::from_bytes(bytes)?;
        anyhow::Ok((
            asked.compare(&session, BATCH)?,
            asked.compare(&TractEngine(&session), BATCH)?,
        ))
    };
    let inlined = || {
        let inlined = to_bytes(&inline_functions(model)?);
        anyhow::Ok(
            asked
                .sample(extent.inlined_texts())
                .compare(&Session::from_bytes(&inlined)?, INLINED_BATCH)?,
        )
    };
    let on_onnxruntime = |library: &Path| {
        let engine = OnnxRuntime::from_bytes(library, bytes, &reference.labels().relevant)?;
        anyhow::Ok(asked.compare(&engine, BATCH)?)
    };
    // What takes longest begins first.
    let (inlined, (serving, onnxruntime)) = rayon::join(inlined, || {
        rayon::join(serving, || onnxruntime.map(on_onnxruntime).transpose())
    });
    let (native, tract) = serving?;
    let agreements = [
        (EngineKind::Native, Some(native)),
        (EngineKind::Tract, Some(tract)),
        (EngineKind::TractInlined, Some(inlined?)),
        (EngineKind::OnnxRuntime, onnxruntime?),
    ];

    let compared = agreements
        .into_iter()
        .filter_map(|(kind, agreement)| Some((kind.as_str(), agreement?)));
    Ok(compared.collect())
}

/// Texts with the reference's answers.
struct Asked<'t> {
    texts: Vec<&'t str>,
    want: Vec<Prediction>,
}

impl<'t> Asked<'t> {
    fn of(reference: &Pipeline, texts: Vec<&'t str>) -> Self {
        let want = texts
            .par_iter()
            .map(|text| reference.predict(text))
            .collect();
        Self { texts, want }
    }

    /// Evenly spread ones, at most so many.
    fn sample(&self, at_most: usize) -> Self {
        let (texts, want) = (sample(&self.texts, at_most), sample(&self.want, at_most));
        Self {
            texts: texts.copied().collect(),
            want: want.copied().collect(),
        }
    }

    fn compare(&self, engine: &dyn Engine, batch: usize) -> Result<Agreement, RuntimeError> {
        compare(&self.want, engine, &self.texts, batch)
    }
}

/// Fails when an engine left the reference, naming the engine and the text.
pub fn ensure_agreement(agreements: &[(&str, Agreement)]) -> anyhow::Result<()> {
    for (engine, agreement) in agreements {
        ensure!(
            agreement.holds(),
            "{engine} is {:e} off the reference at text {}, and gives another verdict for {} of {} texts",
            agreement.largest_difference,
            agreement.farthest_text + 1,
            agreement.changed_verdicts.len(),
            agreement.texts
        );
    }
    Ok(())
}
