//! Published versions are read back unchanged, also with concurrent publishers.

use std::sync::Arc;

use bytes::Bytes;
use relevance_models::{Publication, Store, StoreError};

use crate::support::{Folder, NAME, in_memory, publication, publish, read_all};

#[tokio::test]
async fn published_version_is_read_back() {
    let folder = Folder::new();
    for store in [folder.store(), in_memory()] {
        let published = store.publish(NAME, publication(7)).await.unwrap();
        assert_eq!(published.version, 1);
        assert_eq!(store.names().await.unwrap(), [NAME]);
        assert_eq!(store.versions(NAME).await.unwrap(), [1]);
        let manifest = store.manifest(NAME, 1).await.unwrap();
        assert_eq!(manifest, published);
        assert_eq!(manifest.training["seed"], 7);
        read_all(&store, &manifest).await;
    }
}

#[tokio::test]
async fn files_have_the_paths_of_the_layout() {
    let folder = Folder::new();
    publish(&folder.store(), 1).await;

    assert_eq!(
        std::fs::read_to_string(folder.path("1/model.onnx")).unwrap(),
        "model 1"
    );
    assert!(
        std::fs::read_to_string(folder.path("1/manifest.json"))
            .unwrap()
            .ends_with("}\n")
    );
    assert_eq!(std::fs::read_dir(folder.path("1")).unwrap().count(), 3);
}

#[tokio::test]
async fn folder_that_does_not_exist_is_an_empty_store() {
    let folder = Folder::new();
    let root = folder.path("not/yet");
    for location in [
        root.to_str().unwrap().to_owned(),
        format!("file://{}", root.display()),
    ] {
        let store = Store::open(&location).unwrap();
        assert_eq!(store.location(), location);
        assert!(store.names().await.unwrap().is_empty());
        assert!(store.versions(NAME).await.unwrap().is_empty());
        assert!(store.aliases(NAME).await.unwrap().is_empty());
        assert!(!root.exists());
    }

    publish(&Store::open(root.to_str().unwrap()).unwrap(), 1).await;
    let store = Store::open(root.to_str().unwrap()).unwrap();

    assert_eq!(store.versions(NAME).await.unwrap(), [1]);
}

#[tokio::test]
async fn folders_without_versions_are_no_models() {
    let folder = Folder::new();
    publish(&folder.store(), 1).await;
    folder.write("../src/lib.rs", "");
    folder.write("../Cargo.toml", "");
    folder.write("../unfinished/1/model.onnx", "");
    assert_eq!(folder.store().names().await.unwrap(), [NAME]);
}

#[tokio::test]
async fn altered_file_is_an_error() {
    let folder = Folder::new();
    let store = folder.store();
    let manifest = store.publish(NAME, publication(1)).await.unwrap();
    folder.write("1/model.onnx", "model 2");
    let error = store.read(&manifest, "model.onnx").await.unwrap_err();
    let StoreError::Altered {
        file,
        expected,
        got,
        ..
    } = &error
    else {
        panic!("{error}")
    };

    assert_eq!(
        (file.as_str(), expected.bytes, got.bytes),
        ("model.onnx", 7, 7)
    );
    assert_ne!(expected.sha256, got.sha256);
    assert!(store.read(&manifest, "card.md").await.is_ok());
}

#[tokio::test]
async fn file_of_another_length_and_a_huge_record_are_not_read() {
    let folder = Folder::new();
    let store = folder.store();
    let manifest = store.publish(NAME, publication(1)).await.unwrap();
    let grow = |below: &str| {
        let path = folder.path(below);
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_len(1 << 40).unwrap();
    };

    grow("1/model.onnx");
    let error = store.read(&manifest, "model.onnx").await.unwrap_err();
    let StoreError::AlteredLength { expected, got, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((expected, got), (7, 1 << 40));

    grow("1/manifest.json");
    let error = store.manifest(NAME, 1).await.unwrap_err();
    assert!(
        matches!(error, StoreError::RecordTooLarge { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_publishers_get_distinct_versions() {
    for count in [2_u64, 10] {
        let (folder, memory) = (Folder::new(), Arc::new(in_memory()));
        let separate: Vec<_> = (0..count).map(|_| Arc::new(folder.store())).collect();
        let shared: Vec<_> = (0..count).map(|_| Arc::clone(&memory)).collect();
        for stores in [separate, shared] {
            let publishers: Vec<_> = stores
                .iter()
                .cloned()
                .zip(1..)
                .map(|(store, seed)| {
                    tokio::spawn(async move { store.publish(NAME, publication(seed)).await })
                })
                .collect();
            let mut versions = Vec::new();
            for publisher in publishers {
                versions.push(publisher.await.unwrap().unwrap().version);
            }
            versions.sort_unstable();
            assert_eq!(versions, (1..=count).collect::<Vec<_>>());
            for version in versions {
                read_all(
                    &stores[0],
                    &stores[0].manifest(NAME, version).await.unwrap(),
                )
                .await;
            }
            assert_eq!(stores[0].check(NAME).await.unwrap(), []);
        }
    }
}

#[tokio::test]
async fn incomplete_version_is_invisible_and_its_number_skipped() {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 1).await;
    folder.write("2/model.onnx", "half");

    assert_eq!(store.versions(NAME).await.unwrap(), [1]);

    let error = store.manifest(NAME, 2).await.unwrap_err();
    assert_eq!(error.to_string(), "`relevance` has no version 2; it has: 1");
    assert_eq!(
        store.publish(NAME, publication(3)).await.unwrap().version,
        3
    );
    assert_eq!(store.versions(NAME).await.unwrap(), [1, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_that_write_in_another_order_do_not_mix() {
    let folder = Folder::new();
    let publishers: Vec<_> = (1..=8)
        .map(|seed| (folder.store(), publication(seed)))
        .map(|(store, mut publication)| {
            if publication.training["seed"]
                .as_u64()
                .unwrap()
                .is_multiple_of(2)
            {
                publication.files.reverse();
            }
            tokio::spawn(async move { store.publish(NAME, publication).await })
        })
        .collect();
    for publisher in publishers {
        let published = publisher.await.unwrap().unwrap();
        let store = folder.store();
        let manifest = store.manifest(NAME, published.version).await.unwrap();
        assert_eq!(manifest, published);
        read_all(&store, &manifest).await;
    }

    assert_eq!(folder.store().versions(NAME).await.unwrap().len(), 8);
}

#[tokio::test]
async fn invalid_names_are_refused() {
    let store = in_memory();
    let with = |files: &[&str]| Publication {
        files: files
            .iter()
            .map(|file| ((*file).to_owned(), Bytes::new()))
            .collect(),
        ..publication(1)
    };
    for (name, files, want) in [
        (
            "Relevance",
            &["model.onnx"][..],
            "`Relevance` is not a valid model name",
        ),
        (
            NAME,
            &["manifest.json"],
            "`manifest.json` is not a valid file name",
        ),
        (
            NAME,
            &["../model.onnx"],
            "`../model.onnx` is not a valid file name",
        ),
        (
            NAME,
            &["a", "a"],
            "`a` is twice in one version of `relevance`",
        ),
        (
            NAME,
            &[],
            "a version of `relevance` needs at least one file",
        ),
    ] {
        let error = store
            .publish(name, with(files))
            .await
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(want), "{error}");
    }

    assert!(store.names().await.unwrap().is_empty());
}
