//! An exported file on every engine.

use std::path::Path;

use anyhow::ensure;
use rayon::prelude::*;
use relevance_export::{inline_functions, parse, pipeline_from_model, to_bytes};
use relevance_runtime::parity::{Agreement, Engine, compare};
use relevance_runtime::{OnnxRuntime, Session};

/// How many texts an engine is asked for at once.
const BATCH: usize = 64;

/// How many texts [`Extent::Training`] asks each engine for, evenly spread over those that are there.
const SERVING_TEXTS: usize = 2048;
const ONNXRUNTIME_TEXTS: usize = 512;
/// Node by node a text costs as much as the vocabulary is long.
const INLINED_TEXTS: usize = 64;

/// Which texts of a source the engines are compared on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of them, on every engine.
    Whole,
    /// Evenly spread ones, fewer on the slower engines: what a training run can spare.
    Training,
}

/// An engine that is held against the reference, and the texts for it.
struct Contender<'t> {
    name: &'static str,
    engine: Box<dyn Engine + Sync>,
    texts: Vec<&'t str>,
}

/// Each engine's name and how it agrees with the reference that the file holds.
pub fn verify(
    file: &[u8],
    texts: &[&str],
    onnxruntime: Option<&Path>,
    extent: Extent,
) -> anyhow::Result<Vec<(&'static str, Agreement)>> {
    let model = parse(file)?;
    let reference = pipeline_from_model(&model)?;
    let inlined = to_bytes(&inline_functions(&model)?);
    let texts = |at_most| spread(texts, extent, at_most);
    let mut contenders = vec![
        Contender { name: "tract", engine: Box::new(Session::from_bytes(file)?), texts: texts(SERVING_TEXTS) },
        Contender {
            name: "tract, node by node",
            engine: Box::new(Session::from_bytes(&inlined)?),
            texts: texts(INLINED_TEXTS),
        },
    ];
    if let Some(library) = onnxruntime {
        let engine = OnnxRuntime::from_bytes(library, file, &reference.labels().relevant)?;
        contenders.push(Contender { name: "onnxruntime", engine: Box::new(engine), texts: texts(ONNXRUNTIME_TEXTS) });
    }
    let compared = contenders
        .par_iter()
        .map(|Contender { name, engine, texts }| Ok((*name, compare(&reference, engine.as_ref(), texts, BATCH)?)));
    compared.collect()
}

/// The texts that an engine is asked for.
fn spread<'t>(texts: &[&'t str], extent: Extent, at_most: usize) -> Vec<&'t str> {
    let step = match extent {
        Extent::Whole => 1,
        Extent::Training => texts.len().div_ceil(at_most).max(1),
    };
    texts.iter().step_by(step).copied().collect()
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
