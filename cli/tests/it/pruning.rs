//! `relevance models prune`, and what `check` says of leftovers.

use serde_json::json;

use crate::versions::{freeze, models, two_versions};

#[test]
fn pruning_says_what_goes_and_keeps_what_aliases_name() {
    let workspace = two_versions();
    let frozen = freeze(&workspace, 1, "");
    assert_eq!(frozen, 3);

    models(&workspace, &["promote", "3"]).succeeded();
    models(&workspace, &["promote", "2"]).succeeded();
    let before = workspace.files("models");
    let dry = models(&workspace, &["prune", "--keep", "1", "--dry-run"]).succeeded();
    assert_eq!(dry.stdout, "version 1\n");
    assert!(
        dry.stderr
            .contains("this would be removed of model `relevance` in the store `models`"),
        "{}",
        dry.stderr
    );
    assert_eq!(workspace.files("models"), before);

    let want = json!({ "versions": [1], "incomplete": [], "staging": [], "test_rows": [] });
    assert_eq!(
        models(&workspace, &["prune", "--keep", "1", "--json"])
            .succeeded()
            .json(),
        want
    );

    let again = models(&workspace, &["prune", "--keep", "1"]).succeeded();
    assert!(
        again.stdout.is_empty() && again.stderr.contains("nothing was removed"),
        "{again:?}"
    );
    assert!(!workspace.path("models/relevance/1").exists());

    models(&workspace, &["check"]).succeeded();
    models(&workspace, &["promote", "1"]).failed(1, &["no version 1", "2, 3"]);
}

#[test]
fn leftovers_go_when_they_are_as_old_as_the_grace_time() {
    let workspace = two_versions();
    std::fs::create_dir(workspace.path("models/relevance/3")).unwrap();
    workspace.write("models/relevance/3/model.onnx", "half");
    workspace.write("models/relevance/2/card.md#1", "half");
    let text = models(&workspace, &["check"])
        .failed(1, &["2 findings"])
        .stdout;
    assert!(
        text.contains("version 3 is incomplete")
            && text.contains("`2/card.md#1` is a staging file"),
        "{text}"
    );
    assert_eq!(models(&workspace, &["prune"]).succeeded().stdout, "");

    let text = models(&workspace, &["prune", "--grace", "0s"])
        .succeeded()
        .stdout;
    assert_eq!(text, "incomplete version 3\nstaging file 2/card.md#1\n");

    models(&workspace, &["check"]).succeeded();
    for grace in ["soon", "-1h"] {
        models(&workspace, &["prune", &format!("--grace={grace}")]).failed(2, &["--grace", grace]);
    }
}

#[test]
fn spare_test_rows_are_a_note_and_no_damage() {
    let workspace = two_versions();
    let frozen = freeze(&workspace, 2, "");
    let folder = workspace.path(&format!("models/relevance/{frozen}"));
    std::fs::remove_dir_all(folder).unwrap();
    let outcome = models(&workspace, &["check"]).succeeded();

    assert!(
        outcome.stdout.contains("are named by no version\n"),
        "{outcome:?}"
    );
    assert!(
        outcome
            .stderr
            .contains("is whole; `relevance models prune` removes"),
        "{outcome:?}"
    );
}
