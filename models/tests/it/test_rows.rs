//! Frozen test rows are stored by their digest.

use bytes::Bytes;
use relevance_models::{FileEntry, Finding, StoreError};

use crate::support::{EVERYTHING, Folder, NAME, in_memory, publication_with_rows, s3};

#[tokio::test]
async fn rows_are_found_by_their_digest_and_can_be_put_again() {
    let folder = Folder::new();
    for store in [folder.store(), in_memory(), s3("rows-are-found")] {
        let digest = store.put_test_rows(NAME, "rows".into()).await.unwrap();
        assert_eq!(digest, FileEntry::from_content(b"rows").sha256);
        assert_eq!(
            store.put_test_rows(NAME, "rows".into()).await.unwrap(),
            digest
        );
        assert_eq!(
            store.test_rows(NAME, &digest).await.unwrap(),
            Some(Bytes::from("rows"))
        );
        assert_eq!(store.test_rows(NAME, &"0".repeat(64)).await.unwrap(), None);
        assert!(
            store.names().await.unwrap().is_empty(),
            "rows alone are not a model"
        );
        let manifest = store
            .publish(NAME, publication_with_rows(1, &digest))
            .await
            .unwrap();
        assert_eq!(manifest.test_rows(), Some(digest.as_str()));
        assert_eq!(store.names().await.unwrap(), [NAME]);
        assert_eq!(store.check(NAME).await.unwrap(), []);
    }
}

#[tokio::test]
async fn invalid_digest_is_refused() {
    for digest in ["", "../1/model.onnx", &"A".repeat(64), &"0".repeat(63)] {
        let error = in_memory().test_rows(NAME, digest).await.unwrap_err();
        assert!(
            matches!(error, StoreError::InvalidName { kind: "digest", .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn altered_rows_are_an_error_and_repaired_by_the_next_put() {
    let folder = Folder::new();
    let store = folder.store();
    let digest = store.put_test_rows(NAME, "rows".into()).await.unwrap();
    folder.write(&format!("test-rows/{digest}.jsonl.gz"), "altered");
    let error = store.test_rows(NAME, &digest).await.unwrap_err();

    assert!(
        matches!(error, StoreError::AlteredTestRows { .. }),
        "{error}"
    );

    store.put_test_rows(NAME, "rows".into()).await.unwrap();
    assert!(store.test_rows(NAME, &digest).await.unwrap().is_some());
}

#[tokio::test]
async fn pruning_removes_the_rows_that_no_remaining_version_names() {
    let folder = Folder::new();
    for store in [folder.store(), in_memory(), s3("pruning-rows")] {
        let mut digests = Vec::new();
        for seed in 1..=3 {
            let digest = store
                .put_test_rows(NAME, format!("rows {seed}").into())
                .await
                .unwrap();
            store
                .publish(NAME, publication_with_rows(seed, &digest))
                .await
                .unwrap();
            digests.push(digest);
        }
        let spare = store.put_test_rows(NAME, "spare".into()).await.unwrap();
        store.promote(NAME, "2").await.unwrap();
        assert_eq!(
            store.check(NAME).await.unwrap(),
            [Finding::UnnamedTestRows {
                digest: spare.clone()
            }]
        );
        let pruned = store.prune(NAME, &EVERYTHING).await.unwrap();
        let mut gone = [digests[0].clone(), digests[2].clone(), spare];
        gone.sort_unstable();
        assert_eq!(
            (pruned.versions, pruned.test_rows),
            (vec![1, 3], gone.to_vec())
        );
        assert!(store.test_rows(NAME, &digests[1]).await.unwrap().is_some());
        assert_eq!(store.check(NAME).await.unwrap(), []);
    }
}

#[tokio::test]
async fn no_rows_are_pruned_while_a_manifest_cannot_be_read() {
    let folder = Folder::new();
    let store = folder.store();
    let digest = store.put_test_rows(NAME, "rows".into()).await.unwrap();
    store
        .publish(NAME, publication_with_rows(1, &digest))
        .await
        .unwrap();
    store.promote(NAME, "1").await.unwrap();
    folder.write("1/manifest.json", "{");

    assert!(store.prune(NAME, &EVERYTHING).await.unwrap().is_empty());
    assert!(store.test_rows(NAME, &digest).await.unwrap().is_some());
}
