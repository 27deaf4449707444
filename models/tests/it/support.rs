//! Stores and publications for several tests.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use object_store::memory::InMemory;
use object_store::path::Path;
use relevance_models::{AliasExclusion, Finding, Manifest, PruneOptions, Publication, Store};
use tempfile::TempDir;

use crate::moto::{self, Remote};

/// Name of the model in all tests.
pub const NAME: &str = "relevance";

/// Options that keep only versions with an alias, without a grace time.
pub const EVERYTHING: PruneOptions = PruneOptions {
    keep: 0,
    grace: Duration::ZERO,
};

/// Store in a folder that is removed when the test ends.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Opens the store again, as another process would.
    pub fn store(&self) -> Store {
        Store::open(self.folder.path().to_str().unwrap()).unwrap()
    }

    /// Returns a path below the model's folder.
    pub fn path(&self, below: &str) -> std::path::PathBuf {
        self.folder.path().join(NAME).join(below)
    }

    /// Writes a file below the model's folder without the store.
    pub fn write(&self, below: &str, content: &str) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

impl Folder {
    /// Sets the age of a file below the model's folder.
    pub fn age(&self, below: &str, age: Duration) {
        let file = File::options().write(true).open(self.path(below)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    /// Lists a folder below the model's folder, sorted.
    pub fn names(&self, below: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(below)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }
}

/// Store on an S3 server, in a folder that no other test uses.
pub fn s3(test: &str) -> Store {
    let Remote {
        location,
        variables,
    } = moto::remote(test);
    Store::open_with(&location, variables).unwrap()
}

/// Returns whether a finding is a stopped writer's leftover, which the next pruning removes.
pub fn is_leftover(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::IncompleteVersion { .. }
            | Finding::HalfPruned { .. }
            | Finding::StagingFile { .. }
            | Finding::UnnamedTestRows { .. }
    )
}

/// Returns a store in memory, which supports conditional puts.
pub fn in_memory() -> Store {
    let exclusion = AliasExclusion::ConditionalPut;
    Store::from_objects(Arc::new(InMemory::new()), Path::default(), exclusion)
}

/// Returns a publication whose files differ by `seed`.
pub fn publication(seed: u64) -> Publication {
    Publication {
        files: vec![
            (
                "model.onnx".to_owned(),
                Bytes::from(format!("model {seed}")),
            ),
            ("card.md".to_owned(), Bytes::from(format!("card {seed}"))),
        ],
        training: serde_json::json!({"seed": seed}),
        created: jiff::Timestamp::from_second(1_700_000_000).unwrap(),
    }
}

/// Returns a [`publication`] that names the test rows of a digest.
pub fn publication_with_rows(seed: u64, digest: &str) -> Publication {
    let training = serde_json::json!({"seed": seed, "test_rows": digest});
    Publication {
        training,
        ..publication(seed)
    }
}

/// Publishes versions 1 to `count`.
pub async fn publish(store: &Store, count: u64) {
    for seed in 1..=count {
        assert_eq!(
            store
                .publish(NAME, publication(seed))
                .await
                .unwrap()
                .version,
            seed
        );
    }
}

/// Reads every file of a version, which checks the digests.
pub async fn read_all(store: &Store, manifest: &Manifest) {
    assert_eq!(manifest.files.len(), 2);
    for file in manifest.files.keys() {
        let content = store.read(manifest, file).await.unwrap();
        let kind = file.split('.').next().unwrap();
        assert_eq!(content, format!("{kind} {}", manifest.training["seed"]));
    }
}
