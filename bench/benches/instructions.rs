//! Instructions to score the texts of `BENCH_TEXTS` with the model in `BENCH_MODEL`.
//!
//! Loading and the first round, which allocates buffers, are part of the setup and not counted.
//! `bench/run.py instructions` divides by the number of texts and compares with the committed counts.

#![expect(
    missing_docs,
    unused_qualifications,
    reason = "the macros generate public modules with full paths"
)]

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;

use gungraun::prelude::*;
use gungraun::{library_benchmark, library_benchmark_group, main};
use relevance_bench::{open, path_from_env, read_texts};
use relevance_runtime::{Engine, EngineKind, Session};

const BATCH: usize = 64;

fn model() -> PathBuf {
    path_from_env("BENCH_MODEL").expect("the runner passes the committed model")
}

fn texts() -> Vec<String> {
    read_texts().expect("the runner writes the texts")
}

type Predict = (Box<dyn Engine>, Vec<String>, usize);
type Analyse = (Session, Vec<String>);

fn with_engine(kind: EngineKind, batch: usize) -> Predict {
    let engine = open(kind, &model(), &["a text"]).expect("every engine scores the model");
    predict_all((engine, texts(), batch))
}

fn with_session(run: fn(Analyse) -> Analyse) -> Analyse {
    let bytes = fs::read(model()).expect("the model is a file");
    let session = Session::from_bytes(&bytes).expect("the session loads the model");
    run((session, texts()))
}

fn predict_all((engine, texts, batch): Predict) -> Predict {
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    for batch in borrowed.chunks(batch) {
        black_box(
            engine
                .predict_batch(black_box(batch))
                .expect("every text has a prediction"),
        );
    }
    (engine, texts, batch)
}

fn count_all((session, texts): Analyse) -> Analyse {
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    for batch in borrowed.chunks(BATCH) {
        black_box(
            session
                .count_tokens(black_box(batch))
                .expect("every text has tokens"),
        );
    }
    (session, texts)
}

fn explain_all((session, texts): Analyse) -> Analyse {
    for text in &texts {
        black_box(
            session
                .explain(black_box(text))
                .expect("every text has an explanation"),
        );
    }
    (session, texts)
}

#[library_benchmark(setup = with_engine)]
#[bench::native_1(EngineKind::Native, 1)]
#[bench::native_64(EngineKind::Native, BATCH)]
#[bench::tract_64(EngineKind::Tract, BATCH)]
#[bench::reference_1(EngineKind::Reference, 1)]
fn predict(loaded: Predict) -> Predict {
    predict_all(loaded)
}

#[library_benchmark]
#[bench::native_64(with_session(count_all))]
fn count_tokens(loaded: Analyse) -> Analyse {
    count_all(loaded)
}

#[library_benchmark]
#[bench::native_1(with_session(explain_all))]
fn explain(loaded: Analyse) -> Analyse {
    explain_all(loaded)
}

library_benchmark_group!(
    name = sentences,
    benchmarks = [predict, count_tokens, explain]
);
main!(
    config = LibraryBenchmarkConfig::default().pass_through_envs(["BENCH_MODEL", "BENCH_TEXTS"]),
    library_benchmark_groups = sentences
);
