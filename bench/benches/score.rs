//! Time and allocations of every engine for one text and for a batch of 64, by size of the
//! vocabulary.
//!
//! `BENCH_MODELS` is a folder of `COLUMNS.onnx`; `bench/run.py score` prepares it.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use anyhow::Result;
use divan::{AllocProfiler, Bencher};
use relevance_bench::{open, path_from_env, read_texts};
use relevance_runtime::EngineKind;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Largest number of texts that an engine scores per call.
const MAX_BATCH: usize = 64;

static TEXTS: LazyLock<Vec<String>> =
    LazyLock::new(|| read_texts().expect("the runner writes the texts"));

/// Engine on a model.
struct Case {
    model: PathBuf,
    engine: EngineKind,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.model.file_stem().unwrap_or_default();
        write!(formatter, "{}/{}", columns.display(), self.engine)
    }
}

fn main() {
    divan::main();
}

fn cases() -> Vec<Case> {
    let models = models().expect("the runner trains the models");
    let cases = models.into_iter().flat_map(|model| {
        EngineKind::ALL.map(|engine| Case {
            model: model.clone(),
            engine,
        })
    });
    cases.collect()
}

fn models() -> Result<Vec<PathBuf>> {
    let mut models = Vec::new();
    for entry in fs::read_dir(path_from_env("BENCH_MODELS")?)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("onnx")) {
            models.push(path);
        }
    }
    Ok(models)
}

#[divan::bench(args = cases(), consts = [1, MAX_BATCH])]
fn predict<const BATCH: usize>(bencher: Bencher, case: &Case) {
    let texts: Vec<&str> = TEXTS.iter().map(String::as_str).collect();
    let engine = open(case.engine, &case.model, &texts[..MAX_BATCH])
        .expect("every engine scores the model that the runner trained");

    let mut batches = texts.chunks_exact(BATCH).cycle();
    bencher
        .with_inputs(|| {
            batches
                .next()
                .expect("there are more texts than a batch takes")
        })
        .bench_local_values(|batch| engine.predict_batch(batch));
}
