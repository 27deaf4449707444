//! Every kind of damage is found and named.

use relevance_models::{FileEntry, Finding, StoreError};

use crate::support::{Folder, NAME, in_memory, publish};

/// What `check` finds in three versions, the third in production, after one act of damage.
async fn findings_after(damage: impl FnOnce(&Folder)) -> Vec<Finding> {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 3).await;
    store.promote(NAME, "3").await.unwrap();
    damage(&folder);
    store.check(NAME).await.unwrap()
}

#[tokio::test]
async fn nothing_is_found_in_a_whole_store() {
    assert_eq!(findings_after(|_| {}).await, []);
}

#[tokio::test]
async fn a_missing_file_is_found() {
    let found = findings_after(|folder| std::fs::remove_file(folder.path("2/card.md")).unwrap()).await;
    assert_eq!(found, [Finding::MissingFile { version: 2, file: "card.md".to_owned() }]);
    assert_eq!(found[0].to_string(), "version 2 lacks `card.md`");
}

#[tokio::test]
async fn a_truncated_file_is_found() {
    let found = findings_after(|folder| folder.write("2/model.onnx", "mod")).await;
    let file = "model.onnx".to_owned();
    assert_eq!(found, [Finding::WrongLength { version: 2, file, expected: 7, got: 3 }]);
}

#[tokio::test]
async fn an_altered_file_is_found() {
    let found = findings_after(|folder| folder.write("2/model.onnx", "mOdel 2")).await;
    let (expected, got) = (FileEntry::of(b"model 2").sha256, FileEntry::of(b"mOdel 2").sha256);
    let file = "model.onnx".to_owned();
    assert_eq!(found, [Finding::WrongDigest { version: 2, file, expected, got }]);
}

#[tokio::test]
async fn an_unreadable_manifest_is_found() {
    let found = findings_after(|folder| folder.write("2/manifest.json", "{")).await;
    assert!(matches!(&found[..], [Finding::UnreadableManifest { version: 2, .. }]), "{found:?}");
}

#[tokio::test]
async fn a_manifest_of_another_version_is_found() {
    let found = findings_after(|folder| {
        std::fs::copy(folder.path("1/manifest.json"), folder.path("2/manifest.json")).unwrap();
    })
    .await;
    let [Finding::UnreadableManifest { version: 2, reason }] = &found[..] else { panic!("{found:?}") };
    assert_eq!(reason, "the manifest in `relevance/2` is that of version 1 of `relevance`");
}

#[tokio::test]
async fn an_incomplete_version_is_found() {
    let found = findings_after(|folder| folder.write("4/model.onnx", "half")).await;
    assert_eq!(found, [Finding::IncompleteVersion { version: 4 }]);
}

#[tokio::test]
async fn an_alias_to_nothing_is_found() {
    let found = findings_after(|folder| {
        std::fs::remove_file(folder.path("3/manifest.json")).unwrap();
    })
    .await;
    let (alias, target) = ("production".to_owned(), "3".to_owned());
    let dangling = Finding::DanglingAlias { alias, target };
    assert_eq!(found, [Finding::IncompleteVersion { version: 3 }, dangling]);
}

#[tokio::test]
async fn unreadable_aliases_are_found() {
    let found = findings_after(|folder| folder.write("aliases.json", "[]")).await;
    assert!(matches!(&found[..], [Finding::UnreadableAliases { .. }]), "{found:?}");
}

#[tokio::test]
async fn files_that_belong_to_nothing_are_found() {
    let found = findings_after(|folder| {
        folder.write("2/notes.txt", "");
        folder.write("2/deep/model.onnx", "");
        folder.write("drafts/model.onnx", "");
        folder.write("todo", "");
    })
    .await;
    let unknown = |path: &str| Finding::UnknownFile { path: path.to_owned() };
    let want = ["2/notes.txt", "2/deep/model.onnx", "drafts/model.onnx", "todo"].map(unknown);
    assert_eq!(found, want);
}

#[tokio::test]
async fn a_model_that_does_not_exist_is_an_error() {
    let store = in_memory();
    publish(&store, 1).await;
    let error = store.check("other").await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownModel { .. }));
    assert_eq!(error.to_string(), "the store has no model `other`; it has: relevance");
}
