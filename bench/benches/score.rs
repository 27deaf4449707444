//! Time and allocations of every engine, by size of the vocabulary, for one text or 64 per call.
//!
//! An iteration scores all texts of `BENCH_TEXTS`, so that every iteration does the same work.
//! `BENCH_MODELS` is a folder of `COLUMNS.onnx`; `bench/run.py score` prepares it.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::LazyLock;

use anyhow::Result;
use divan::{AllocProfiler, Bencher};
use relevance_bench::{open, path_from_env, read_texts};
use relevance_runtime::EngineKind;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Largest number of texts per call.
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

    bencher.bench_local(|| {
        for batch in texts.chunks_exact(BATCH) {
            black_box(engine.predict_batch(black_box(batch))).expect("every text has a prediction");
        }
    });
}
