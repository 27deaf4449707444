//! `relevance models diff`.

use relevance_export::{parse, pipeline_from_model};
use serde_json::{Value, json};

use crate::support::few_rows;
use crate::versions::{freeze, models, two_versions};

#[test]
fn a_comparison_has_only_what_differs() {
    let workspace = two_versions();
    let text = models(&workspace, &["diff", "production", "candidate"])
        .succeeded()
        .stdout;
    assert!(text.contains("settings.split.seed: 42 → 7\n"), "{text}");
    assert!(!text.contains("settings.solver.alpha"), "{text}");

    let difference = models(&workspace, &["diff", "production", "candidate", "--json"])
        .succeeded()
        .json();
    let values = difference["values"].as_array().unwrap();
    let seed = json!({ "key": "settings.split.seed", "from": 42, "to": 7 });
    assert!(values.contains(&seed), "{values:?}");
    assert_eq!(
        text.lines()
            .take_while(|line| !line.starts_with("vocabulary: "))
            .count(),
        values.len()
    );

    let shown = models(&workspace, &["show", "candidate"])
        .succeeded()
        .json();
    let counts = &shown["metrics"]["test"];
    let texts = counts["relevant"].as_u64().unwrap() + counts["not_relevant"].as_u64().unwrap();
    assert_eq!(difference["predictions"]["rows"], texts);
    assert_eq!(
        models(&workspace, &["diff", "1", "production"])
            .succeeded()
            .stdout,
        "no differences\n"
    );
}

#[test]
fn a_comparison_tells_how_the_vocabulary_changed() {
    let workspace = two_versions();
    let difference = models(&workspace, &["diff", "1", "2", "--json"])
        .succeeded()
        .json();
    let vocabulary = &difference["vocabulary"];
    let terms = |version| {
        let shown = models(&workspace, &["show", version]).succeeded().json();
        shown["metrics"]["fit"]["vocabulary"].as_u64().unwrap()
    };
    assert_eq!(
        (vocabulary["from"].as_u64(), vocabulary["to"].as_u64()),
        (Some(terms("1")), Some(terms("2")))
    );

    let count = |kind: &str| vocabulary[kind]["count"].as_u64().unwrap();
    assert_eq!(terms("1") + count("added") - count("removed"), terms("2"));
    assert!(count("added") > 10 && count("removed") > 10, "{vocabulary}");

    for list in [
        &vocabulary["added"]["strongest"],
        &vocabulary["removed"]["strongest"],
        &vocabulary["moved_most"],
    ] {
        assert_eq!(list.as_array().unwrap().len(), 10, "{vocabulary}");
    }

    let back = models(&workspace, &["diff", "2", "1", "--json"])
        .succeeded()
        .json();
    assert_eq!(back["vocabulary"]["added"], vocabulary["removed"]);
}

#[test]
fn a_comparison_shows_the_predictions_that_changed_on_the_frozen_rows() {
    let workspace = two_versions();
    let texts = few_rows();
    let [first, second] = ["1", "2"].map(|version| {
        let file = workspace.read(&format!("models/relevance/{version}/model.onnx"));
        let pipeline = pipeline_from_model(&parse(&file).unwrap()).unwrap();
        texts
            .iter()
            .map(|row| pipeline.predict(&row.text).relevant)
            .collect::<Vec<_>>()
    });
    let changed: Vec<usize> = (0..texts.len())
        .filter(|row| first[*row] != second[*row])
        .collect();
    assert!(changed.len() > 3, "{changed:?}");

    // The label is the second model's answer, so each change is for the better.
    let rows = texts.iter().zip(&second).enumerate().fold(
        String::new(),
        |rows, (index, (row, relevant))| {
            rows + &json!({ "row": index, "text": row.text, "relevant": relevant }).to_string()
                + "\n"
        },
    );
    let frozen = freeze(&workspace, 2, &rows).to_string();
    let difference = models(
        &workspace,
        &["diff", "1", &frozen, "--json", "--examples", "3"],
    )
    .succeeded()
    .json();
    let predictions = &difference["predictions"];
    assert_eq!(
        (&predictions["rows"], &predictions["became_right"]),
        (&json!(first.len()), &json!(changed.len()))
    );
    assert_eq!(predictions["became_wrong"], 0);

    let shown: Vec<&Value> = predictions["changed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["row"])
        .collect();
    assert_eq!(shown, changed[..3]);

    let text = models(&workspace, &["diff", "1", &frozen])
        .succeeded()
        .stdout;
    let want = format!(
        "predictions: {0} of {1} changed, {0} became right and 0 wrong",
        changed.len(),
        first.len()
    );
    assert!(text.contains(&want), "{text}");
    assert_eq!(models(&workspace, &["check"]).succeeded().stdout, "");
}
