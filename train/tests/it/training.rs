//! Whole runs: what they reach, that they repeat, and what they refuse.

use std::path::Path;

use relevance_data::{Dataset, Label, SourceSettings, Undecided};
use relevance_train::{Settings, TrainError, model_card, train};

use crate::archive;

#[test]
fn the_embedded_archive_passes_the_gate() {
    let settings = Settings::default();
    let trained = train(archive(), &settings).unwrap();
    let report = &trained.report;
    assert_eq!(report.undecided_rows, 56);
    assert_eq!(report.train.texts() + report.validation.texts() + report.test.texts(), 5944);
    assert_eq!(settings.gate.judge(&report.test_metrics), []);
    assert!(report.test_metrics.roc_auc > 0.8, "{:?}", report.test_metrics);
    assert_eq!(trained.pipeline.vocabulary().len(), report.fit.vocabulary);
    assert_eq!(trained.pipeline.metadata()["data.digest"], report.data_digest);
}

#[test]
fn equal_data_and_settings_give_equal_results() {
    let settings = Settings::default();
    let first = train(archive(), &settings).unwrap();
    let second = train(archive(), &settings).unwrap();
    assert_eq!(first.pipeline, second.pipeline);
    assert_eq!(first.report, second.report);
    assert_eq!(model_card(&first.report, &settings), model_card(&second.report, &settings));
}

#[test]
fn shuffled_labels_do_not_pass_the_gate() {
    let mut dataset = archive();
    // Each text gets the label of the one half the archive away, which has nothing to do with it.
    let labels: Vec<Label> = dataset.examples.iter().map(|example| example.label).collect();
    let half = labels.len() / 2;
    for (index, example) in dataset.examples.iter_mut().enumerate() {
        example.label = labels[(index * 7 + half) % labels.len()];
    }
    let settings = Settings::default();
    let refusals = settings.gate.judge(&train(dataset, &settings).unwrap().report.test_metrics);
    assert!(refusals.iter().any(|refusal| refusal.rule == "gate.min_precision"), "{refusals:?}");
}

#[test]
fn undecided_rows_count_as_not_relevant_when_asked() {
    let settings = Settings { undecided: Undecided::NotRelevant, ..Settings::default() };
    let report = train(archive(), &settings).unwrap().report;
    assert_eq!(report.train.texts() + report.validation.texts() + report.test.texts(), 6000);
}

#[test]
fn one_label_alone_is_refused() {
    let mut dataset = archive();
    dataset.examples.retain(|example| example.label == Label::Relevant);
    let error = train(dataset, &Settings::default()).unwrap_err();
    assert!(matches!(error, TrainError::Data(_)), "{error}");
}

/// The figure that scikit-learn reaches on the same kind of split is 0.845.
#[test]
fn the_users_archive_reaches_the_figure_of_scikit_learn() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/assignment.db.sqlite.base64.tar.gz");
    if !path.exists() {
        println!("not run: the user's archive is not here");
        return;
    }
    let source = relevance_data::open(path.to_str().unwrap(), &SourceSettings::default()).unwrap();
    let report = train(Dataset::read(source.as_ref()).unwrap(), &Settings::default()).unwrap().report;
    assert!(report.test_metrics.roc_auc >= 0.84, "{:?}", report.test_metrics);
}
