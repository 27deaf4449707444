//! The committed seeds: that they are what is generated here, and that each target holds for them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bodies;
mod files;
mod messages;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Name and content of a seed.
type Seed = (&'static str, Vec<u8>);

/// Variable under which the test writes the seeds instead of comparing them.
const WRITE: &str = "RELEVANCE_WRITE_SEEDS";

/// Name, check and seeds of a target.
type Target = (&'static str, fn(&[u8]), Vec<Seed>);

/// Every target.
fn targets() -> [Target; 9] {
    [
        ("archive", relevance_fuzz::archive::check, files::archives()),
        ("csv", relevance_fuzz::csv::check, texts::csv()),
        ("grpc", relevance_fuzz::grpc::check, messages::grpc()),
        ("http", relevance_fuzz::http::check, bodies::http()),
        ("jsonl", relevance_fuzz::jsonl::check, texts::jsonl()),
        ("model", relevance_fuzz::model::check, files::models()),
        ("parquet", relevance_fuzz::parquet::check, files::parquet()),
        ("sqlite", relevance_fuzz::sqlite::check, files::sqlite()),
        (
            "tokenizer",
            relevance_fuzz::tokenizer::check,
            texts::tokenizer(),
        ),
    ]
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "seeds"].iter().collect()
}

fn committed(target: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder().join(target)).into_iter().flatten();
    let entries = entries.map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    entries.collect()
}

#[test]
fn the_committed_seeds_are_those_that_are_generated() {
    for (target, _, seeds) in targets() {
        let seeds: BTreeMap<_, _> = seeds
            .into_iter()
            .map(|(name, seed)| (name.to_owned(), seed))
            .collect();
        if std::env::var_os(WRITE).is_some() {
            let folder = folder().join(target);
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            for (name, seed) in &seeds {
                fs::write(folder.join(name), seed).unwrap();
            }
        }
        assert!(
            committed(target) == seeds,
            "fuzz/seeds/{target} is stale: run `{WRITE}=1 cargo test -p relevance-fuzz` and commit"
        );
    }
}

#[test]
fn every_target_holds_for_its_seeds() {
    for (target, check, seeds) in targets() {
        assert!(!seeds.is_empty(), "{target} has no seed");
        check(&[]);
        for (name, seed) in seeds {
            println!("{target}: {name}");
            check(&seed);
        }
    }
}
