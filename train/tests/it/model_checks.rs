//! Model checks: which models pass, and how failures are named.

use std::collections::BTreeMap;
use std::io::Write as _;

use relevance_data::{DataError, Labelling};
use relevance_pipeline::{FeatureSettings, Labels, Pipeline, PipelineParts, Prediction};
use relevance_train::Analyzer;
use relevance_train::evaluate::model_checks::{
    CheckFailure, CheckOutcome, Direction, ExpectedLabel, ModelCheckError, ModelChecks,
};

/// `fire` has a positive coefficient, `party` a negative one.
fn pipeline() -> Pipeline {
    Pipeline::try_from(PipelineParts {
        features: FeatureSettings::default(),
        vocabulary: vec!["fire".into(), "party".into()],
        idf: vec![1.0, 1.0],
        coefficients: vec![2.0, -2.0],
        characters: None,
        intercept: 0.0,
        threshold: 0.6,
        labels: Labels::default(),
        metadata: BTreeMap::new(),
    })
    .unwrap()
}

fn run(checks: &ModelChecks, texts: &[&str]) -> Result<Vec<CheckOutcome>, ModelCheckError> {
    let pipeline = pipeline();
    checks.run(texts, &Labelling::default(), Analyzer::Word, |text| {
        pipeline.predict(text)
    })
}

fn only(checks: ModelChecks) -> ModelChecks {
    ModelChecks {
        invariance: false,
        ..checks
    }
}

fn direction(text: &str, add: &str, toward: ExpectedLabel) -> Direction {
    Direction {
        text: text.to_owned(),
        add: add.to_owned(),
        toward,
    }
}

/// A file of sentences that is removed when it is dropped.
fn sentences(suffix: &str, content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

fn must_pass(file: &tempfile::NamedTempFile) -> ModelChecks {
    only(ModelChecks {
        must_pass: Some(file.path().to_owned()),
        ..ModelChecks::default()
    })
}

#[test]
fn a_pipeline_is_invariant_on_ascii_texts() {
    let outcomes = run(
        &ModelChecks::default(),
        &["Fire in town", "a party", "f\u{e9}te", ""],
    )
    .unwrap();
    let names: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.name.as_str())
        .collect();
    let changes = [
        "upper case",
        "lower case",
        "outer whitespace",
        "repeated spaces",
    ];

    assert_eq!(names, changes.map(|change| format!("invariance: {change}")));
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.checked == 3 && outcome.passed()),
        "{outcomes:?}"
    );
}

#[test]
fn a_model_that_depends_on_case_fails_by_name() {
    #[expect(clippy::cast_precision_loss, reason = "texts are short")]
    let model = |text: &str| Prediction {
        probability: text.bytes().filter(u8::is_ascii_uppercase).count() as f32 / 100.0,
        relevant: false,
    };
    let outcomes = ModelChecks::default()
        .run(
            &["Fire in town", "calm"],
            &Labelling::default(),
            Analyzer::Word,
            model,
        )
        .unwrap();
    let failed: Vec<_> = outcomes.iter().map(|outcome| outcome.failed).collect();

    assert_eq!(failed, [2, 1, 0, 0]);
    let want = CheckFailure {
        text: "FIRE IN TOWN".into(),
        expected: "0.01".into(),
        got: "0.1".into(),
    };
    assert_eq!(outcomes[0].failures[0], want);
}

#[test]
fn at_most_five_hundred_evenly_spaced_texts_are_checked_and_twenty_failures_kept() {
    let texts: Vec<String> = (0..1200).map(|index| format!("text {index}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    #[expect(clippy::cast_precision_loss, reason = "texts are short")]
    let by_length = |text: &str| Prediction {
        probability: text.len() as f32 / 100.0,
        relevant: false,
    };
    let outcomes = ModelChecks::default()
        .run(&texts, &Labelling::default(), Analyzer::Word, by_length)
        .unwrap();

    assert_eq!(
        (
            outcomes[2].checked,
            outcomes[2].failed,
            outcomes[2].failures.len()
        ),
        (500, 500, 20)
    );
    assert_eq!(outcomes[2].failures[19].text, " \ttext 45  ");
}

#[test]
fn added_words_must_move_the_probability_in_their_direction() {
    let checks = only(ModelChecks {
        direction: vec![
            direction("smoke", "fire", ExpectedLabel::Relevant),
            direction("smoke", "party", ExpectedLabel::NotRelevant),
            direction("smoke", "party", ExpectedLabel::Relevant),
            direction("fire", "nothing known", ExpectedLabel::NotRelevant),
        ],
        ..ModelChecks::default()
    });
    let outcomes = run(&checks, &[]).unwrap();

    assert_eq!(
        (outcomes.len(), outcomes[0].checked, outcomes[0].failed),
        (1, 4, 2)
    );
    assert_eq!(outcomes[0].failures[0].text, "smoke party");
    assert_eq!(
        outcomes[0].failures[0].expected,
        "more than 0.5, the probability without `party`"
    );
    assert!(
        outcomes[0].failures[1]
            .expected
            .starts_with("less than 0.8"),
        "{outcomes:?}"
    );
}

#[test]
fn a_direction_that_adds_nothing_is_an_error_with_its_number() {
    let direction = vec![
        direction("a", "fire", ExpectedLabel::Relevant),
        direction("a", " ", ExpectedLabel::Relevant),
    ];
    let error = run(
        &only(ModelChecks {
            direction,
            ..ModelChecks::default()
        }),
        &[],
    )
    .unwrap_err()
    .to_string();

    assert!(
        error.contains("`model_checks.direction`, entry 2: `add` is empty"),
        "{error}"
    );
}

#[test]
fn sentences_with_another_prediction_fail_with_both_labels() {
    let file = sentences(
        ".csv",
        "text,choose_one\nfire,Relevant\nfire party,Relevant\nparty,Not Relevant\n",
    );
    let outcomes = run(&must_pass(&file), &[]).unwrap();
    let failure = CheckFailure {
        text: "fire party".into(),
        expected: "Relevant".into(),
        got: "Not Relevant, with probability 0.5".into(),
    };
    let want = CheckOutcome {
        name: "must pass".into(),
        checked: 3,
        failed: 1,
        failures: vec![failure],
    };

    assert_eq!(outcomes, [want]);
}

#[test]
fn sentences_can_be_json_lines() {
    let file = sentences(".jsonl", "{\"text\": \"fire\", \"class_label\": 1}\n");
    assert!(run(&must_pass(&file), &[]).unwrap()[0].passed());
}

#[test]
fn an_undecided_sentence_and_a_missing_file_are_errors() {
    let file = sentences(".csv", "text,choose_one\nfire,Relevant\nhm,Can't Decide\n");
    let error = run(&must_pass(&file), &[]).unwrap_err().to_string();

    assert!(
        error.contains("line 3 of") && error.contains("is undecided or has no label"),
        "{error}"
    );
    let missing = only(ModelChecks {
        must_pass: Some("no/such.csv".into()),
        ..ModelChecks::default()
    });
    let error = run(&missing, &[]).unwrap_err();
    assert!(
        matches!(error, ModelCheckError::MustPass(DataError::File { .. })),
        "{error}"
    );
}

#[test]
fn labels_that_the_data_does_not_have_are_named_with_those_that_it_has() {
    for (rows, want) in [
        (
            "fire,Relevantt\n",
            "has unknown labels `Relevantt` (1), the first in line 2; the labels of the data are \
             `Relevant`, `Not Relevant`: mend the file",
        ),
        (
            "fire,Relevant\nparty,no\nrain,No\nrain,no\n",
            "has unknown labels `no` (2), `No` (1), the first in line 3; the labels",
        ),
        ("fire,a\nparty,b\n", "`a` (1), `b` (1), the first in line 2"),
    ] {
        let file = sentences(".csv", &format!("text,choose_one\n{rows}"));
        let error = run(&must_pass(&file), &[]).unwrap_err().to_string();
        assert!(
            error.contains("`--must-pass`") && error.contains(want),
            "{error}"
        );
    }
}

#[test]
fn settings_survive_a_round_trip_and_unknown_ones_are_errors() {
    let text = "invariance = false\nmust_pass = \"sentences.csv\"\n\n[[direction]]\ntext = \"smoke\"\nadd = \"fire\"\n\
                toward = \"Not Relevant\"\n";
    let checks: ModelChecks = toml::from_str(text).unwrap();

    assert_eq!(
        checks.direction,
        [direction("smoke", "fire", ExpectedLabel::NotRelevant)]
    );
    assert_eq!(
        toml::from_str::<ModelChecks>(&toml::to_string(&checks).unwrap()).unwrap(),
        checks
    );
    assert_eq!(
        toml::from_str::<ModelChecks>("").unwrap(),
        ModelChecks::default()
    );
    for wrong in [
        "invariant = true",
        "[[direction]]\ntext = \"a\"\nadd = \"b\"\ntoward = \"Can't Decide\"",
    ] {
        assert!(toml::from_str::<ModelChecks>(wrong).is_err(), "{wrong}");
    }
}
