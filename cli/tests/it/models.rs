//! `relevance models`, and what happens to a model that was altered.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use relevance_export::{parse, pipeline_from_model};
use relevance_models::{Publication, Store};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::moto;
use crate::support::{LOW_GATE, Outcome, Place, csv, few_rows};

/// Version 1 in production, version 2 of another seed the candidate.
fn two_versions() -> Place {
    let place = Place::with_model();
    place.train(&["--seed", "7"]);
    place
}

fn models(place: &Place, arguments: &[&str]) -> Outcome {
    place.run(&[&["models"], arguments].concat())
}

/// Changes the last byte of a file.
fn alter(place: &Place, file: &str) {
    let mut content = place.read(file);
    *content.last_mut().unwrap() ^= 1;
    place.write(file, content);
}

#[test]
fn the_list_has_a_line_a_version_with_its_aliases() {
    let place = two_versions();
    let text = models(&place, &["list"]).succeeded().stdout;
    let [header, first, second] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    assert!(header.starts_with("version") && header.ends_with("aliases"), "{header}");
    assert!(first.starts_with("1 ") && first.ends_with("  production"), "{first}");
    assert!(second.starts_with("2 ") && second.ends_with("  candidate"), "{second}");
    let listed = models(&place, &["list", "--json"]).succeeded().json();
    assert_eq!((&listed[0]["version"], &listed[1]["version"]), (&1.into(), &2.into()));
    assert_eq!(listed[0]["aliases"], json!(["production"]));
    let precision = listed[0]["report"]["test_metrics"]["precision"].as_f64().unwrap();
    assert!(first.contains(&format!(" {precision:.4} ")), "{first}");
}

#[test]
fn a_store_without_the_model_says_how_to_make_one() {
    let place = Place::new();
    models(&place, &["list"]).failed(1, &["`models`", "no model `relevance`", "relevance train"]);
    models(&place, &["check"]).failed(1, &["no model `relevance`"]);
    assert!(!place.path("models").exists());
}

#[test]
fn a_version_is_shown_with_its_files_settings_and_figures() {
    let place = two_versions();
    for selector in ["candidate", "2"] {
        let shown = models(&place, &["show", selector, "--json"]).succeeded().json();
        assert_eq!(shown["manifest"]["version"], 2);
        assert_eq!(shown["manifest"]["training"]["settings"]["split"]["seed"], 7);
        assert_eq!(shown["manifest"]["training"]["source"], "rows.csv");
        assert_eq!(
            shown["manifest"]["files"]["model.onnx"]["bytes"],
            place.read("models/relevance/2/model.onnx").len()
        );
        let metrics: Value = serde_json::from_slice(&place.read("models/relevance/2/metrics.json")).unwrap();
        assert_eq!(shown["metrics"], metrics);
    }
    let text = models(&place, &["show", "production"]).succeeded().stdout;
    assert!(text.contains("model.onnx"), "{text}");
}

#[test]
fn a_version_that_does_not_exist_is_refused_with_those_that_do() {
    let place = two_versions();
    for command in ["show", "promote"] {
        models(&place, &[command, "staging"]).failed(1, &["`staging`", "candidate", "production", "1, 2"]);
        models(&place, &[command, "3"]).failed(1, &["no version 3", "1, 2"]);
    }
    models(&place, &["diff", "production", "3"]).failed(1, &["no version 3"]);
}

#[test]
fn a_comparison_has_only_what_differs() {
    let place = two_versions();
    let outcome = models(&place, &["diff", "production", "candidate"]).succeeded();
    let text = outcome.stdout;
    assert!(text.contains("settings.split.seed: 42 → 7\n"), "{text}");
    assert!(!text.contains("settings.solver.alpha"), "{text}");
    assert!(outcome.stderr.contains("no frozen test rows of version 2"), "{}", outcome.stderr);
    let difference = models(&place, &["diff", "production", "candidate", "--json"]).succeeded().json();
    let values = difference["values"].as_array().unwrap();
    let seed = json!({ "key": "settings.split.seed", "from": 42, "to": 7 });
    assert!(values.contains(&seed), "{values:?}");
    assert_eq!(text.lines().take_while(|line| !line.starts_with("vocabulary: ")).count(), values.len());
    assert_eq!(difference["verdicts"], Value::Null);
    assert_eq!(models(&place, &["diff", "1", "production"]).succeeded().stdout, "no differences\n");
}

#[test]
fn a_comparison_tells_how_the_vocabulary_changed() {
    let place = two_versions();
    let difference = models(&place, &["diff", "1", "2", "--json"]).succeeded().json();
    let vocabulary = &difference["vocabulary"];
    let terms = |version| {
        let shown = models(&place, &["show", version]).succeeded().json();
        shown["metrics"]["fit"]["vocabulary"].as_u64().unwrap()
    };
    assert_eq!((vocabulary["from"].as_u64(), vocabulary["to"].as_u64()), (Some(terms("1")), Some(terms("2"))));
    let count = |kind: &str| vocabulary[kind]["count"].as_u64().unwrap();
    assert_eq!(terms("1") + count("added") - count("removed"), terms("2"));
    assert!(count("added") > 10 && count("removed") > 10, "{vocabulary}");
    for list in [&vocabulary["added"]["strongest"], &vocabulary["removed"]["strongest"], &vocabulary["moved_most"]] {
        assert_eq!(list.as_array().unwrap().len(), 10, "{vocabulary}");
    }
    let back = models(&place, &["diff", "2", "1", "--json"]).succeeded().json();
    assert_eq!(back["vocabulary"]["added"], vocabulary["removed"]);
}

/// Publishes a version's files once more as one that was measured on frozen rows; gives its number.
fn freeze(place: &Place, version: u64, rows: &str) -> u64 {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(rows.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    Runtime::new().unwrap().block_on(async {
        let store = Store::open(place.path("models").to_str().unwrap()).unwrap();
        let digest = store.put_test_rows("relevance", packed.into()).await.unwrap();
        let manifest = store.manifest("relevance", version).await.unwrap();
        let mut files = Vec::new();
        for file in manifest.files.keys() {
            files.push((file.clone(), store.read(&manifest, file).await.unwrap()));
        }
        let mut training = manifest.training;
        training["test_rows"] = digest.into();
        let publication = Publication { files, training, created: manifest.created };
        store.publish("relevance", publication).await.unwrap().version
    })
}

#[test]
fn a_comparison_shows_the_verdicts_that_changed_on_the_frozen_rows() {
    let place = two_versions();
    let texts = few_rows();
    let [first, second] = ["1", "2"].map(|version| {
        let file = place.read(&format!("models/relevance/{version}/model.onnx"));
        let pipeline = pipeline_from_model(&parse(&file).unwrap()).unwrap();
        texts.iter().map(|row| pipeline.predict(&row.text).relevant).collect::<Vec<_>>()
    });
    let changed: Vec<usize> = (0..texts.len()).filter(|row| first[*row] != second[*row]).collect();
    assert!(changed.len() > 3, "{changed:?}");
    // The label is the second model's answer, so each change is for the better.
    let rows = texts.iter().zip(&second).enumerate().fold(String::new(), |rows, (index, (row, relevant))| {
        rows + &json!({ "row": index, "text": row.text, "relevant": relevant }).to_string() + "\n"
    });
    let frozen = freeze(&place, 2, &rows).to_string();
    let difference = models(&place, &["diff", "1", &frozen, "--json", "--examples", "3"]).succeeded().json();
    let verdicts = &difference["verdicts"];
    assert_eq!((&verdicts["rows"], &verdicts["became_right"]), (&json!(first.len()), &json!(changed.len())));
    assert_eq!(verdicts["became_wrong"], 0);
    let shown: Vec<&Value> = verdicts["changed"].as_array().unwrap().iter().map(|row| &row["row"]).collect();
    assert_eq!(shown, changed[..3]);
    let text = models(&place, &["diff", "1", &frozen]).succeeded().stdout;
    let want = format!("verdicts: {0} of {1} changed, {0} became right and 0 wrong", changed.len(), first.len());
    assert!(text.contains(&want), "{text}");
    assert_eq!(models(&place, &["check"]).succeeded().stdout, "");
}

#[test]
fn pruning_says_what_goes_and_keeps_what_aliases_name() {
    let place = two_versions();
    let frozen = freeze(&place, 1, "");
    assert_eq!(frozen, 3);
    models(&place, &["promote", "3"]).succeeded();
    models(&place, &["promote", "2"]).succeeded();
    let before = place.files("models");
    let dry = models(&place, &["prune", "--keep", "1", "--dry-run"]).succeeded();
    assert_eq!(dry.stdout, "version 1\n");
    assert!(dry.stderr.contains("this would be removed of model `relevance` in the store `models`"), "{}", dry.stderr);
    assert_eq!(place.files("models"), before);
    let want = json!({ "versions": [1], "incomplete": [], "staging": [], "test_rows": [] });
    assert_eq!(models(&place, &["prune", "--keep", "1", "--json"]).succeeded().json(), want);
    let again = models(&place, &["prune", "--keep", "1"]).succeeded();
    assert!(again.stdout.is_empty() && again.stderr.contains("nothing was removed"), "{again:?}");
    assert!(!place.path("models/relevance/1").exists());
    models(&place, &["check"]).succeeded();
    models(&place, &["promote", "1"]).failed(1, &["no version 1", "2, 3"]);
}

#[test]
fn leftovers_go_when_they_are_as_old_as_the_grace_time() {
    let place = two_versions();
    std::fs::create_dir(place.path("models/relevance/3")).unwrap();
    place.write("models/relevance/3/model.onnx", "half");
    place.write("models/relevance/2/card.md#1", "half");
    let text = models(&place, &["check"]).failed(1, &["2 findings"]).stdout;
    assert!(text.contains("version 3 is incomplete") && text.contains("`2/card.md#1` is a staging file"), "{text}");
    assert_eq!(models(&place, &["prune"]).succeeded().stdout, "");
    let text = models(&place, &["prune", "--grace", "0s"]).succeeded().stdout;
    assert_eq!(text, "incomplete version 3\nstaging file 2/card.md#1\n");
    models(&place, &["check"]).succeeded();
    for grace in ["soon", "-1h"] {
        models(&place, &["prune", &format!("--grace={grace}")]).failed(2, &["--grace", grace]);
    }
}

#[test]
fn spare_test_rows_are_a_note_and_no_damage() {
    let place = two_versions();
    let frozen = freeze(&place, 2, "");
    let folder = place.path(&format!("models/relevance/{frozen}"));
    std::fs::remove_dir_all(folder).unwrap();
    let outcome = models(&place, &["check"]).succeeded();
    assert!(outcome.stdout.contains("are named by no version\n"), "{outcome:?}");
    assert!(outcome.stderr.contains("is whole; `relevance models prune` removes"), "{outcome:?}");
}

#[test]
fn a_store_on_s3_is_used_like_a_folder() {
    let remote = moto::remote("command");
    let place = Place::new();
    place.write("rows.csv", csv(&few_rows()));
    let run = |arguments: &[&str]| {
        let arguments = [arguments, &["--store", &remote.location]].concat();
        Outcome::of(place.command(&arguments).envs(&remote.variables))
    };
    run(&["models", "list"]).failed(1, &["s3://", "no model `relevance`"]);
    let train = [&["train", "--data", "rows.csv"], &LOW_GATE[..]].concat();
    run(&[&train[..], &["--promote"]].concat()).succeeded();
    run(&[&train[..], &["--seed", "7"]].concat()).succeeded();
    let listed = run(&["models", "list", "--json"]).succeeded().json();
    assert_eq!((&listed[0]["aliases"], &listed[1]["aliases"]), (&json!(["production"]), &json!(["candidate"])));
    let promoted = run(&["models", "promote", "candidate"]).succeeded().stdout;
    assert_eq!(promoted, "production is now version 2, previous is 1\n");
    assert_eq!(run(&["models", "show", "production"]).succeeded().json()["manifest"]["version"], 2);
    run(&["predict", "a flood"]).succeeded();
    run(&["models", "check"]).succeeded();
    let pruned = run(&["models", "prune", "--keep", "0", "--json"]).succeeded().json();
    assert_eq!(pruned["versions"], json!([]), "both are named");
    assert!(!place.path("models").exists());
}

#[test]
fn a_bucket_that_cannot_be_used_is_told_with_what_to_do() {
    let place = Place::new();
    let remote = moto::remote_in("no-such-bucket", "command");
    let arguments = ["models", "list", "--store", &remote.location];
    let outcome = Outcome::of(place.command(&arguments).envs(&remote.variables));
    outcome.failed(1, &["no such bucket or container: create it"]);
    let arguments = ["models", "list", "--store", "az://container/models"];
    let outcome = Outcome::of(place.command(&arguments).env_remove("AZURE_STORAGE_ACCOUNT_NAME"));
    outcome.failed(2, &["`az://container/models` cannot be opened", "AZURE_STORAGE_ACCOUNT_NAME"]);
}

#[test]
fn promotion_and_rollback_say_what_they_did() {
    let place = two_versions();
    models(&place, &["rollback"]).failed(1, &["no version was in production before"]);
    for (arguments, want) in [
        (&["promote", "candidate"][..], "production is now version 2, previous is 1\n"),
        (&["promote", "2"], "production was already version 2, previous is 1\n"),
        (&["rollback"], "production is now version 1, previous is 2\n"),
    ] {
        assert_eq!(models(&place, arguments).succeeded().stdout, want, "{arguments:?}");
    }
    for (arguments, want) in [
        (&["rollback", "--json"][..], json!({ "production": 2, "previous": 1, "changed": true })),
        (&["promote", "2", "--json"], json!({ "production": 2, "previous": 1, "changed": false })),
    ] {
        assert_eq!(models(&place, arguments).succeeded().json(), want, "{arguments:?}");
    }
}

#[test]
fn a_whole_store_passes_the_check() {
    let place = two_versions();
    let outcome = models(&place, &["check"]).succeeded();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("is whole"), "{}", outcome.stderr);
    assert_eq!(models(&place, &["check", "--json"]).succeeded().json(), json!([]));
}

#[test]
fn the_check_names_an_altered_a_missing_and_a_strange_file() {
    let place = two_versions();
    alter(&place, "models/relevance/1/model.onnx");
    std::fs::remove_file(place.path("models/relevance/2/card.md")).unwrap();
    place.write("models/relevance/notes.txt", "remember");
    let text = models(&place, &["check"]).failed(1, &["3 findings", "`models`"]).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("version 1: `model.onnx` has sha256"), "{text}");
    assert_eq!(lines[1..], ["version 2 lacks `card.md`", "`notes.txt` is not part of any version"]);
    let findings = models(&place, &["check", "--json"]).failed(1, &[]).json();
    let kinds = [0, 1, 2].map(|index| findings[index]["finding"].as_str().unwrap());
    assert_eq!(kinds, ["wrong_digest", "missing_file", "unknown_file"]);
}

#[test]
fn an_altered_model_is_neither_served_nor_asked_nor_promoted() {
    let place = two_versions();
    for version in [1, 2] {
        alter(&place, &format!("models/relevance/{version}/model.onnx"));
    }
    let before = place.files("models");
    for arguments in [
        &["predict", "flood"][..],
        &["serve", "--address", "127.0.0.1", "--port", "0"],
        &["verify", "--data", "rows.csv"],
        &["export", "--output", "out.onnx"],
        &["models", "promote", "candidate"],
    ] {
        let outcome = place.run(arguments).failed(1, &["`model.onnx`", "was altered", "sha256"]);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
    assert!(!place.path("out.onnx").exists());
    assert_eq!(place.files("models"), before);
}
