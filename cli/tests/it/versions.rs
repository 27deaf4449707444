//! Stores with several versions, for the tests of `relevance models`.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use relevance_models::{Publication, Store};
use tokio::runtime::Runtime;

use crate::support::{Outcome, Workspace};

/// Version 1 in production, version 2 of another seed the candidate.
pub fn two_versions() -> Workspace {
    let workspace = Workspace::with_model();
    workspace.train(&["--seed", "7"]);
    workspace
}

/// Runs `relevance models`.
pub fn models(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    workspace.run(&[&["models"], arguments].concat())
}

/// Publishes a version's files once more as one that was measured on frozen rows; gives its number.
pub fn freeze(workspace: &Workspace, version: u64, rows: &str) -> u64 {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(rows.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    Runtime::new().unwrap().block_on(async {
        let store = Store::open(workspace.path("models").to_str().unwrap()).unwrap();
        let digest = store
            .put_test_rows("relevance", packed.into())
            .await
            .unwrap();
        let manifest = store.manifest("relevance", version).await.unwrap();
        let mut files = Vec::new();
        for file in manifest.files.keys() {
            files.push((file.clone(), store.read(&manifest, file).await.unwrap()));
        }
        let mut training = manifest.training;
        training["test_rows"] = digest.into();
        let publication = Publication {
            files,
            training,
            created: manifest.created,
        };
        store
            .publish("relevance", publication)
            .await
            .unwrap()
            .version
    })
}
