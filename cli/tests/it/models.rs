//! `relevance models`, and what happens to a model that was altered.

use serde_json::{Value, json};

use crate::support::Workspace;
use crate::versions::{models, two_versions};

/// Changes the last byte of a file.
fn alter(workspace: &Workspace, file: &str) {
    let mut content = workspace.read(file);
    *content.last_mut().unwrap() ^= 1;
    workspace.write(file, content);
}

#[test]
fn the_list_has_a_line_a_version_with_its_aliases() {
    let workspace = two_versions();
    let text = models(&workspace, &["list"]).succeeded().stdout;
    let [header, first, second] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    assert!(
        header.starts_with("version") && header.ends_with("aliases"),
        "{header}"
    );
    assert!(
        first.starts_with("1 ") && first.ends_with("  production"),
        "{first}"
    );
    assert!(
        second.starts_with("2 ") && second.ends_with("  candidate"),
        "{second}"
    );

    let listed = models(&workspace, &["list", "--json"]).succeeded().json();
    assert_eq!(
        (&listed[0]["version"], &listed[1]["version"]),
        (&1.into(), &2.into())
    );
    assert_eq!(listed[0]["aliases"], json!(["production"]));

    let precision = listed[0]["report"]["test_metrics"]["precision"]
        .as_f64()
        .unwrap();
    assert!(first.contains(&format!(" {precision:.4} ")), "{first}");
}

#[test]
fn a_store_without_the_model_says_how_to_make_one() {
    let workspace = Workspace::new();
    models(&workspace, &["list"])
        .failed(1, &["`models`", "no model `relevance`", "relevance train"]);
    models(&workspace, &["check"]).failed(1, &["no model `relevance`"]);
    assert!(!workspace.path("models").exists());
}

#[test]
fn a_version_is_shown_with_its_files_settings_and_figures() {
    let workspace = two_versions();
    for selector in ["candidate", "2"] {
        let shown = models(&workspace, &["show", selector, "--json"])
            .succeeded()
            .json();
        assert_eq!(shown["manifest"]["version"], 2);
        assert_eq!(
            shown["manifest"]["training"]["settings"]["split"]["seed"],
            7
        );
        assert_eq!(shown["manifest"]["training"]["source"], "rows.csv");
        assert_eq!(
            shown["manifest"]["files"]["model.onnx"]["bytes"],
            workspace.read("models/relevance/2/model.onnx").len()
        );
        let metrics: Value =
            serde_json::from_slice(&workspace.read("models/relevance/2/metrics.json")).unwrap();
        assert_eq!(shown["metrics"], metrics);
    }

    let text = models(&workspace, &["show", "production"])
        .succeeded()
        .stdout;
    assert!(text.contains("model.onnx"), "{text}");
}

#[test]
fn a_version_that_does_not_exist_is_refused_with_those_that_do() {
    let workspace = two_versions();
    for command in ["show", "promote"] {
        models(&workspace, &[command, "staging"])
            .failed(1, &["`staging`", "candidate", "production", "1, 2"]);
        models(&workspace, &[command, "3"]).failed(1, &["no version 3", "1, 2"]);
    }
    models(&workspace, &["diff", "production", "3"]).failed(1, &["no version 3"]);
}

#[test]
fn promotion_and_rollback_say_what_they_did() {
    let workspace = two_versions();
    models(&workspace, &["rollback"]).failed(1, &["no version was in production before"]);

    for (arguments, want) in [
        (
            &["promote", "candidate"][..],
            "production is now version 2, previous is 1\n",
        ),
        (
            &["promote", "2"],
            "production was already version 2, previous is 1\n",
        ),
        (
            &["rollback"],
            "production is now version 1, previous is 2\n",
        ),
    ] {
        assert_eq!(
            models(&workspace, arguments).succeeded().stdout,
            want,
            "{arguments:?}"
        );
    }

    for (arguments, want) in [
        (
            &["rollback", "--json"][..],
            json!({ "production": 2, "previous": 1, "changed": true }),
        ),
        (
            &["promote", "2", "--json"],
            json!({ "production": 2, "previous": 1, "changed": false }),
        ),
    ] {
        assert_eq!(
            models(&workspace, arguments).succeeded().json(),
            want,
            "{arguments:?}"
        );
    }
}

#[test]
fn a_whole_store_passes_the_check() {
    let workspace = two_versions();
    let outcome = models(&workspace, &["check"]).succeeded();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("is whole"), "{}", outcome.stderr);
    assert_eq!(
        models(&workspace, &["check", "--json"]).succeeded().json(),
        json!([])
    );
}

#[test]
fn the_check_names_an_altered_a_missing_and_a_strange_file() {
    let workspace = two_versions();
    alter(&workspace, "models/relevance/1/model.onnx");
    std::fs::remove_file(workspace.path("models/relevance/2/card.md")).unwrap();
    workspace.write("models/relevance/notes.txt", "remember");
    let text = models(&workspace, &["check"])
        .failed(1, &["3 findings", "`models`"])
        .stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("version 1: `model.onnx` has sha256"),
        "{text}"
    );
    assert_eq!(
        lines[1..],
        [
            "version 2 lacks `card.md`",
            "`notes.txt` is not part of any version"
        ]
    );

    let findings = models(&workspace, &["check", "--json"])
        .failed(1, &[])
        .json();
    let kinds = [0, 1, 2].map(|index| findings[index]["finding"].as_str().unwrap());
    assert_eq!(kinds, ["wrong_digest", "missing_file", "unknown_file"]);
}

#[test]
fn an_altered_model_is_neither_served_nor_asked_nor_promoted() {
    let workspace = two_versions();
    for version in [1, 2] {
        alter(
            &workspace,
            &format!("models/relevance/{version}/model.onnx"),
        );
    }

    let before = workspace.files("models");
    for arguments in [
        &["predict", "flood"][..],
        &["serve", "--address", "127.0.0.1", "--port", "0"],
        &["verify", "--data", "rows.csv"],
        &["export", "--output", "out.onnx"],
        &["models", "promote", "candidate"],
    ] {
        let outcome = workspace
            .run(arguments)
            .failed(1, &["`model.onnx`", "was altered", "sha256"]);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
    assert!(!workspace.path("out.onnx").exists());
    assert_eq!(workspace.files("models"), before);
}

#[test]
fn the_command_that_an_unreadable_store_is_answered_with_repairs_it() {
    let workspace = two_versions();
    workspace.write(
        "models/relevance/aliases.json",
        "{\n  \"candidate\": \"2\",\n  \"prod",
    );
    for command in [&["list"][..], &["promote", "2"], &["check"]] {
        models(&workspace, command).failed(1, &["aliases", "relevance models repair"]);
    }

    let repaired = models(&workspace, &["repair"]).succeeded();
    assert_eq!(
        repaired.stdout,
        "the aliases are written anew: candidate (2)\n"
    );
    assert!(
        repaired
            .stderr
            .contains("`relevance models promote VERSION`"),
        "{repaired:?}"
    );
    models(&workspace, &["promote", "2"]).succeeded();
    models(&workspace, &["check"]).succeeded();

    workspace.write("models/relevance/2/manifest.json", "");
    models(&workspace, &["show", "production"])
        .failed(1, &["version 2", "relevance models repair"]);
    let repaired = models(&workspace, &["repair", "--json"]).succeeded().json();
    assert_eq!(repaired["withdrawn"], json!([2]));
    assert_eq!(
        repaired["removed_aliases"],
        json!({ "candidate": "2", "production": "2" })
    );

    models(&workspace, &["check"]).failed(1, &["relevance models prune"]);
    models(&workspace, &["prune", "--grace", "0s"]).succeeded();
    models(&workspace, &["check"]).succeeded();
}
