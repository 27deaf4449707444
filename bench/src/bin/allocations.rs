//! Counts what every engine of a model file allocates, and prints JSON.
//!
//! A program of its own, since counting takes time that an engine with many allocations would be blamed for.

use std::alloc::System;
use std::hint::black_box;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use relevance_bench::{EngineKind, ModelFile, read_texts};
use relevance_runtime::Engine;
use serde::Serialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const BATCH: usize = 64;

/// Prints how often each engine allocates for a call, once warm, and the memory that it holds.
#[derive(Parser)]
struct Arguments {
    /// The model, an ONNX file.
    model: PathBuf,
    /// The texts, one JSON string a line; the first 64 are answered.
    texts: PathBuf,
}

/// What one engine allocates.
#[derive(Serialize)]
struct Allocations {
    engine: EngineKind,
    /// In use once it is loaded.
    held_bytes: usize,
    /// For a call of one text.
    one: f64,
    /// For a call of 64 texts.
    batch: f64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let file = ModelFile::read(&arguments.model)?;
    let texts = read_texts(&arguments.texts)?;
    ensure!(
        texts.len() >= BATCH,
        "{} texts are too few for batches of {BATCH}",
        texts.len()
    );
    let texts: Vec<&str> = texts[..BATCH].iter().map(String::as_str).collect();
    let counted = EngineKind::ALL.into_iter().filter(|kind| kind.is_counted());
    let report = counted
        .map(|kind| count(kind, &file, &texts))
        .collect::<Result<Vec<_>>>()?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn count(kind: EngineKind, file: &ModelFile, texts: &[&str]) -> Result<Allocations> {
    let region = Region::new(ALLOCATOR);
    let engine = kind.load(file, None)?;
    let load = region.change();
    let held_bytes = load.bytes_allocated.saturating_sub(load.bytes_deallocated);
    let calls = |size| {
        // What the first calls make room for is not allocated again.
        answer(engine.as_ref(), texts, size)?;
        answer(engine.as_ref(), texts, size)
    };
    Ok(Allocations {
        engine: kind,
        held_bytes,
        one: calls(1)?,
        batch: calls(BATCH)?,
    })
}

/// The mean number of allocations for a call.
#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 allocations"
)]
fn answer(engine: &dyn Engine, texts: &[&str], size: usize) -> Result<f64> {
    let region = Region::new(ALLOCATOR);
    for batch in texts.chunks_exact(size) {
        black_box(engine.predict_batch(black_box(batch))?);
    }
    let change = region.change();
    Ok((change.allocations + change.reallocations) as f64 / (texts.len() / size) as f64)
}

#[cfg(test)]
mod tests {
    use relevance_runtime::{Prediction, RuntimeError};

    use super::*;

    /// Allocates the list of its answers, and makes it grow once.
    struct Twice;

    impl Engine for Twice {
        fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
            let mut answers = black_box(Vec::with_capacity(1));
            answers.reserve_exact(texts.len() + 1);
            answers.resize(
                texts.len(),
                Prediction {
                    probability: 0.5,
                    relevant: true,
                },
            );
            Ok(answers)
        }
    }

    #[test]
    fn what_is_allocated_and_what_grows_is_counted_for_a_call() {
        for size in [1, 2, 8] {
            // The test's own threads allocate too, now and then.
            let least = (0..100)
                .map(|_| answer(&Twice, &["text"; 8], size).unwrap())
                .fold(f64::INFINITY, f64::min);
            assert!(
                (least - 2.0).abs() < 1e-9,
                "{least} allocations for a call of {size}"
            );
        }
    }
}
