//! Every kind of damage is found and named.

use relevance_models::layout::MLFLOW_FILES;
use relevance_models::{FileEntry, Finding, StoreError};

use crate::support::{Folder, NAME, in_memory, publication_with_rows, publish};

const ROWS: &[u8] = b"rows";

/// Damage, and the findings of `check`.
type Case = (&'static str, fn(&Folder), Vec<Finding>);

/// Returns a store with versions 1 to 4, the third in production and the fourth with test rows.
async fn whole() -> Folder {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 3).await;
    store.promote(NAME, "3").await.unwrap();
    let rows = store.put_test_rows(NAME, ROWS.into()).await.unwrap();
    store
        .publish(NAME, publication_with_rows(4, &rows))
        .await
        .unwrap();

    folder
}

fn digest(content: &[u8]) -> String {
    FileEntry::from_content(content).sha256
}

fn rows_file() -> String {
    format!("test-rows/{}.jsonl.gz", digest(ROWS))
}

fn unknown(path: &str) -> Finding {
    Finding::UnknownFile {
        path: path.to_owned(),
    }
}

fn remove(folder: &Folder, below: &str) {
    std::fs::remove_file(folder.path(below)).unwrap();
}

/// Cases of damage to a version.
fn version_cases() -> Vec<Case> {
    let file = || "model.onnx".to_owned();
    let (expected, got) = (digest(b"model 2"), digest(b"mOdel 2"));

    vec![
        ("nothing", |_| {}, vec![]),
        (
            "missing file",
            |folder| remove(folder, "2/card.md"),
            vec![Finding::MissingFile {
                version: 2,
                file: "card.md".to_owned(),
            }],
        ),
        (
            "truncated file",
            |folder| folder.write("2/model.onnx", "mod"),
            vec![Finding::WrongLength {
                version: 2,
                file: file(),
                expected: 7,
                got: 3,
            }],
        ),
        (
            "altered file",
            |folder| folder.write("2/model.onnx", "mOdel 2"),
            vec![Finding::WrongDigest {
                version: 2,
                file: file(),
                expected,
                got,
            }],
        ),
        (
            "incomplete version",
            |folder| folder.write("5/model.onnx", "half"),
            vec![Finding::IncompleteVersion { version: 5 }],
        ),
    ]
}

/// Cases of files that belong to no version.
fn unknown_file_cases() -> Vec<Case> {
    vec![
        (
            "extra file",
            |folder| folder.write("2/notes.txt", ""),
            vec![unknown("2/notes.txt")],
        ),
        (
            "extra folder in a version",
            |folder| folder.write("2/deep/model.onnx", ""),
            vec![unknown("2/deep/model.onnx")],
        ),
        (
            "extra folder",
            |folder| folder.write("drafts/model.onnx", ""),
            vec![unknown("drafts/model.onnx")],
        ),
        (
            "extra file beside the versions",
            |folder| folder.write("todo", ""),
            vec![unknown("todo")],
        ),
        (
            "extra file beside the rows",
            |folder| folder.write("test-rows/x", ""),
            vec![unknown("test-rows/x")],
        ),
    ]
}

/// Cases of files by which other programs load a model.
fn known_file_cases() -> Vec<Case> {
    vec![
        (
            "configuration of Triton",
            |folder| folder.write("config.pbtxt", "max_batch_size: 0"),
            vec![],
        ),
        (
            "configuration of Triton in a version",
            |folder| folder.write("2/config.pbtxt", "max_batch_size: 0"),
            vec![unknown("2/config.pbtxt")],
        ),
        (
            "files of MLflow in a version",
            |folder| {
                for file in MLFLOW_FILES {
                    folder.write(&format!("2/{file}"), "");
                }
            },
            vec![],
        ),
        (
            "files of MLflow beside the versions",
            |folder| folder.write("MLmodel", ""),
            vec![unknown("MLmodel")],
        ),
        (
            "another file beside the loader of MLflow",
            |folder| folder.write("2/code/other.py", ""),
            vec![unknown("2/code/other.py")],
        ),
    ]
}

/// Cases of damage to aliases.
fn alias_cases() -> Vec<Case> {
    let dangling = |target: &str| Finding::DanglingAlias {
        alias: "production".to_owned(),
        target: target.to_owned(),
    };
    vec![
        (
            "production without manifest",
            |folder| remove(folder, "3/manifest.json"),
            vec![Finding::IncompleteVersion { version: 3 }, dangling("3")],
        ),
        (
            "alias to nothing",
            |folder| folder.write("aliases.json", r#"{"production": "9"}"#),
            vec![dangling("9")],
        ),
        (
            "alias to no number",
            |folder| folder.write("aliases.json", r#"{"production": "x"}"#),
            vec![dangling("x")],
        ),
        (
            "alias to a pruned version",
            |folder| {
                let aliases = r#"{"_pruned": [[1, 1]], "production": "1"}"#;
                folder.write("aliases.json", aliases);
            },
            vec![Finding::HalfPruned { version: 1 }, dangling("1")],
        ),
        (
            "half-pruned version",
            |folder| {
                let aliases = r#"{"_pruned": [[2, 2]], "production": "3"}"#;
                folder.write("aliases.json", aliases);
            },
            vec![Finding::HalfPruned { version: 2 }],
        ),
    ]
}

/// Cases of staging files and of damage to test rows.
fn staging_and_test_rows_cases() -> Vec<Case> {
    vec![
        (
            "staging file in a version",
            |folder| folder.write("5/model.onnx#1", "ha"),
            vec![Finding::StagingFile {
                path: "5/model.onnx#1".to_owned(),
            }],
        ),
        (
            "staging file of the aliases",
            |folder| folder.write("aliases.json#2", "{"),
            vec![Finding::StagingFile {
                path: "aliases.json#2".to_owned(),
            }],
        ),
        (
            "altered test rows",
            |folder| folder.write(&rows_file(), "altered"),
            vec![Finding::AlteredTestRows {
                digest: digest(ROWS),
                got: digest(b"altered"),
            }],
        ),
        (
            "missing test rows",
            |folder| remove(folder, &rows_file()),
            vec![Finding::MissingTestRows {
                version: 4,
                digest: digest(ROWS),
            }],
        ),
        (
            "test rows that no version names",
            |folder| folder.write(&format!("test-rows/{}.jsonl.gz", digest(b"spare")), "spare"),
            vec![Finding::UnnamedTestRows {
                digest: digest(b"spare"),
            }],
        ),
    ]
}

fn cases() -> Vec<Case> {
    [
        version_cases(),
        unknown_file_cases(),
        known_file_cases(),
        alias_cases(),
        staging_and_test_rows_cases(),
    ]
    .concat()
}

#[tokio::test]
async fn every_kind_of_damage_is_found_and_nothing_else() {
    for (damage, act, want) in cases() {
        let folder = whole().await;
        act(&folder);
        assert_eq!(folder.store().check(NAME).await.unwrap(), want, "{damage}");
    }
}

#[tokio::test]
async fn only_spare_test_rows_are_no_damage() {
    for (_, _, findings) in cases() {
        for finding in findings {
            let is_spare = matches!(finding, Finding::UnnamedTestRows { .. });
            assert_eq!(finding.is_damage(), !is_spare, "{finding}");
        }
    }
}

#[tokio::test]
async fn unreadable_manifests_and_aliases_are_found_with_the_reason() {
    for (file, content, want) in [
        (
            "2/manifest.json",
            "{",
            "version 2 has an unreadable manifest: EOF while parsing an object at line 1 column 1",
        ),
        (
            "2/manifest.json",
            "",
            "version 2 has an unreadable manifest: EOF while parsing a value at line 1 column 0",
        ),
        (
            "aliases.json",
            "",
            "the aliases cannot be read: EOF while parsing a value at line 1 column 0",
        ),
        (
            "aliases.json",
            "[]",
            "the aliases cannot be read: invalid type: sequence",
        ),
    ] {
        let folder = whole().await;
        folder.write(file, content);
        let found = folder.store().check(NAME).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().starts_with(want), "{}", found[0]);
    }
}

#[tokio::test]
async fn manifest_of_another_version_is_found() {
    let folder = whole().await;
    std::fs::copy(
        folder.path("1/manifest.json"),
        folder.path("2/manifest.json"),
    )
    .unwrap();
    let found = folder.store().check(NAME).await.unwrap();
    let [Finding::UnreadableManifest { version: 2, reason }] = &found[..] else {
        panic!("{found:?}")
    };

    assert_eq!(
        reason,
        "the manifest in `relevance/2` is that of version 1 of `relevance`; restore the file, or \
         withdraw the version with `relevance models repair`"
    );
}

#[tokio::test]
async fn model_that_does_not_exist_is_an_error() {
    let store = in_memory();
    publish(&store, 1).await;
    let error = store.check("other").await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownModel { .. }));
    assert_eq!(
        error.to_string(),
        "the store has no model `other`; it has: relevance"
    );
}
