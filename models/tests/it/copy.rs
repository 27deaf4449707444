//! Copies of versions in another store.

use bytes::Bytes;
use relevance_models::{CopyExtent, Publication, Store, StoreError};

use crate::support::{Folder, NAME, in_memory, publication, publish, read_all, s3};

const ROWS: &str = "rows with texts of the data";

/// Publishes a version with a report and test rows as version 1.
async fn publish_with_texts(store: &Store) {
    let digest = store
        .put_test_rows(NAME, Bytes::from_static(ROWS.as_bytes()))
        .await
        .unwrap();
    let mut texts = publication(1);
    texts
        .files
        .push(("report.html".to_owned(), Bytes::from_static(b"texts")));
    texts
        .files
        .push(("notes.txt".to_owned(), Bytes::from_static(b"texts")));
    texts.training = serde_json::json!({"seed": 1, "test_rows": digest});
    assert_eq!(store.publish(NAME, texts).await.unwrap().version, 1);
}

#[tokio::test]
async fn copy_has_the_files_and_the_test_rows_under_the_next_number() {
    let folder = Folder::new();
    let source = folder.store();
    publish_with_texts(&source).await;
    source.set_alias(NAME, "candidate", 1).await.unwrap();

    let other = Folder::new();
    for target in [other.store(), in_memory(), s3("copies")] {
        for number in 1..=3 {
            target
                .publish(NAME, publication(40 + number))
                .await
                .unwrap();
        }
        let copied = source
            .copy(NAME, "candidate", &target, CopyExtent::All)
            .await
            .unwrap();
        assert!(copied.is_new);
        assert_eq!(copied.manifest.version, 4);

        let original = source.manifest(NAME, 1).await.unwrap();
        let copy = target.manifest(NAME, 4).await.unwrap();
        assert_eq!(copy, copied.manifest);
        assert_eq!(copy.files, original.files);
        assert_eq!(copy.training, original.training);
        assert_eq!(copy.created, original.created);

        let digest = copy.test_rows().unwrap();
        let rows = target.test_rows(NAME, digest).await.unwrap();
        assert_eq!(rows.unwrap(), ROWS);
        assert!(target.aliases(NAME).await.unwrap().is_empty());
        assert_eq!(target.check(NAME).await.unwrap(), []);
    }
}

#[tokio::test]
async fn public_copy_is_whole_without_the_files_that_contain_texts() {
    let (source, target) = (Folder::new(), Folder::new());
    publish_with_texts(&source.store()).await;
    let copied = source
        .store()
        .copy(NAME, "1", &target.store(), CopyExtent::Public)
        .await
        .unwrap();

    assert!(copied.is_new);
    assert_eq!(
        target.names("1"),
        ["card.md", "manifest.json", "model.onnx"]
    );
    assert_eq!(target.names(""), ["1"]);
    read_all(&target.store(), &copied.manifest).await;
    assert_eq!(copied.manifest.training, serde_json::json!({"seed": 1}));
    assert_eq!(target.store().check(NAME).await.unwrap(), []);
}

#[tokio::test]
async fn version_with_the_same_files_is_not_copied_again() {
    let (source, target) = (in_memory(), in_memory());
    publish_with_texts(&source).await;
    let copy = async |from: &Store, to: &Store, extent| {
        let copied = from.copy(NAME, "1", to, extent).await.unwrap();
        (copied.manifest.version, copied.is_new)
    };

    assert_eq!(copy(&source, &target, CopyExtent::Public).await, (1, true));
    target.publish(NAME, publication(2)).await.unwrap();
    assert_eq!(copy(&source, &target, CopyExtent::Public).await, (1, false));

    // The public copy lacks the report and the test rows; the whole one has what is public.
    assert_eq!(copy(&source, &target, CopyExtent::All).await, (3, true));
    assert_eq!(copy(&source, &target, CopyExtent::All).await, (3, false));
    assert_eq!(copy(&source, &target, CopyExtent::Public).await, (3, false));

    // Back to the store that has the whole version.
    assert_eq!(copy(&target, &source, CopyExtent::All).await, (1, false));
    assert_eq!(source.versions(NAME).await.unwrap(), [1]);
}

#[tokio::test]
async fn same_model_with_another_card_is_a_new_version() {
    let (source, target) = (in_memory(), in_memory());
    publish(&source, 1).await;
    let mut other = publication(1);
    other.files[1].1 = Bytes::from_static(b"card of another tool");
    target.publish(NAME, other).await.unwrap();

    let copied = source
        .copy(NAME, "1", &target, CopyExtent::Public)
        .await
        .unwrap();
    assert_eq!((copied.manifest.version, copied.is_new), (2, true));
}

#[tokio::test]
async fn damaged_version_is_not_copied() {
    let (folder, target) = (Folder::new(), Folder::new());
    let source = folder.store();
    publish_with_texts(&source).await;
    folder.write("1/card.md", "card 2");
    for extent in [CopyExtent::All, CopyExtent::Public] {
        let copied = source.copy(NAME, "1", &target.store(), extent).await;
        assert!(
            matches!(copied, Err(StoreError::Altered { ref file, .. }) if file == "card.md"),
            "{copied:?}"
        );
    }

    assert!(target.store().versions(NAME).await.unwrap().is_empty());
    let error = source
        .copy(NAME, "2", &target.store(), CopyExtent::All)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "`relevance` has no version 2; it has: 1");
}

#[tokio::test]
async fn whole_copy_needs_the_test_rows() {
    let (folder, target) = (Folder::new(), in_memory());
    let source = folder.store();
    publish_with_texts(&source).await;
    std::fs::remove_dir_all(folder.path("test-rows")).unwrap();

    let error = source
        .copy(NAME, "1", &target, CopyExtent::All)
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        StoreError::MissingTestRows { version: 1, .. }
    ));
    assert!(error.to_string().contains("restore them"), "{error}");
    assert!(target.versions(NAME).await.unwrap().is_empty());

    let copied = source.copy(NAME, "1", &target, CopyExtent::Public).await;
    assert!(copied.unwrap().is_new);
}

#[tokio::test]
async fn version_without_a_public_file_has_no_public_copy() {
    let (source, target) = (in_memory(), in_memory());
    let report = Publication {
        files: vec![("report.html".to_owned(), Bytes::from_static(b"texts"))],
        ..publication(1)
    };
    source.publish(NAME, report).await.unwrap();
    let copied = source.copy(NAME, "1", &target, CopyExtent::Public).await;
    assert!(
        matches!(copied, Err(StoreError::NoFiles { .. })),
        "{copied:?}"
    );
}
