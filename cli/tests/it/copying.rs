//! `relevance models copy`.

use serde_json::json;

use crate::support::{Workspace, few_rows};
use crate::versions::{models, two_versions};

/// Asserts that no file below a folder contains a sentence of the data.
fn assert_no_texts(workspace: &Workspace, folder: &str) {
    let sentences: Vec<String> = few_rows()
        .into_iter()
        .map(|row| row.text)
        .filter(|text| text.split_whitespace().count() > 4)
        .collect();
    assert!(sentences.len() > 1000);

    for (path, content) in workspace.files(folder) {
        let content = String::from_utf8_lossy(&content);
        let found = sentences
            .iter()
            .find(|text| content.contains(text.as_str()));
        assert_eq!(found, None, "{}", path.display());
    }
}

#[test]
fn a_public_copy_passes_the_check_and_contains_no_texts() {
    let workspace = two_versions();
    let copy = ["copy", "candidate", "--to", "public", "--public"];
    let copied = models(&workspace, &copy).succeeded();
    assert_eq!(copied.stdout, "copied to relevance version 1 in `public`\n");

    assert_no_texts(&workspace, "public");
    assert!(!workspace.path("public/relevance/1/report.html").exists());
    assert_eq!(
        workspace.read("public/relevance/1/model.onnx"),
        workspace.read("models/relevance/2/model.onnx")
    );
    let checked = models(&workspace, &["check", "--store", "public"]).succeeded();
    assert!(checked.stderr.contains("is whole"), "{checked:?}");

    let again = models(&workspace, &copy).succeeded();
    assert_eq!(
        again.stdout,
        "nothing new: relevance version 1 in `public` has these files\n"
    );
    assert!(!workspace.path("public/relevance/2").exists());
}

#[test]
fn a_copy_sets_the_aliases_of_the_other_store_only() {
    let workspace = two_versions();
    let before = workspace.files("models");
    let copy = |version, flags: &[&str]| {
        let arguments = [&["copy", version, "--to", "other", "--json"], flags].concat();
        models(&workspace, &arguments).succeeded().json()
    };
    let aliases = || {
        let aliases = workspace.read("other/relevance/aliases.json");
        serde_json::from_slice::<serde_json::Value>(&aliases).unwrap()
    };

    let copied = copy("production", &["--promote"]);
    let promotion = json!({ "production": 1, "previous": null, "changed": true });
    let want = json!({
        "name": "relevance", "version": 1, "is_new": true, "promotion": promotion
    });
    assert_eq!(copied, want);
    assert_eq!(aliases(), json!({ "candidate": "1", "production": "1" }));

    let copied = copy("candidate", &[]);
    assert_eq!(
        (&copied["version"], &copied["promotion"]),
        (&json!(2), &json!(null))
    );
    assert_eq!(aliases(), json!({ "candidate": "2", "production": "1" }));

    // The same version again is promoted without a copy.
    let copied = copy("2", &["--promote"]);
    assert_eq!(copied["is_new"], false);
    let want = json!({ "candidate": "2", "previous": "1", "production": "2" });
    assert_eq!(aliases(), want);
    assert_eq!(workspace.files("models"), before);
}

#[test]
fn a_copy_that_cannot_be_made_says_why() {
    let workspace = two_versions();
    models(&workspace, &["copy", "3", "--to", "other"]).failed(1, &["no version 3", "1, 2"]);
    models(&workspace, &["copy", "1", "--to", "ftp://host/models"])
        .failed(2, &["`ftp://host/models` is not a store's location"]);
    models(&workspace, &["copy", "1"]).failed(2, &["--to <LOCATION>"]);
    assert!(!workspace.path("other").exists());
}
