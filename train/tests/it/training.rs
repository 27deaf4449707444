//! Whole training runs: metrics, reproducibility and errors.

use std::path::Path;

use relevance_data::{Dataset, DictionaryColumn, Label, LabelSettings, SourceSettings, Undecided};
use relevance_pipeline::TokenCharacters;
use relevance_train::evaluate::cross_validation::Fold;
use relevance_train::settings::CrossValidationSettings;
use relevance_train::{
    Analyzer, GateFailure, Report, Settings, TrainError, UnknownTexts, check_trainable, model_card,
    split, train,
};

use crate::archive;
use crate::texts::without_spaces;

fn gate_failures(settings: &Settings, report: &Report) -> Vec<GateFailure> {
    let gate = &settings.gate;
    gate.check(report.for_gate(), &report.baselines, &report.model_checks)
}

#[test]
fn the_embedded_archive_passes_the_gate() {
    let settings = Settings::default();
    let trained = train(&archive(), &settings, &()).unwrap();
    let report = &trained.report;

    assert_eq!(report.undecided_rows, 56);
    assert_eq!(
        report.train.texts() + report.validation.texts() + report.test.texts(),
        5944
    );
    assert_eq!(gate_failures(&settings, report), []);
    assert!(
        report.test_metrics.roc_auc > 0.8,
        "{:?}",
        report.test_metrics
    );
    assert_eq!(trained.pipeline.vocabulary().len(), report.fit.vocabulary);
    assert_eq!(
        trained.pipeline.metadata()["data.digest"],
        report.data_digest
    );
}

#[test]
fn equal_data_and_settings_give_equal_results() {
    let settings = Settings::default();
    let first = train(&archive(), &settings, &()).unwrap();
    let second = train(&archive(), &settings, &()).unwrap();
    assert_eq!(first.pipeline, second.pipeline);
    assert_eq!(first.report, second.report);
    assert_eq!(
        model_card(&first.report, &settings),
        model_card(&second.report, &settings)
    );
}

#[test]
fn characters_beat_words_in_a_script_without_spaces() {
    let dataset = without_spaces();
    let roc_auc = |analyzer| {
        let mut settings = Settings::default();
        settings.features.analyzer = analyzer;
        settings.features.token_characters = match analyzer {
            Analyzer::Char => TokenCharacters::Ascii,
            Analyzer::Word | Analyzer::Both => TokenCharacters::Unicode,
        };
        settings.features.min_document_frequency = match analyzer {
            Analyzer::Char => 2,
            Analyzer::Word | Analyzer::Both => 1,
        };
        let report = train(&dataset, &settings, &()).unwrap().report;
        report.test_metrics.roc_auc
    };

    let [words, characters, both] = Analyzer::ALL.map(roc_auc);
    assert!(characters > 0.99, "{characters}");
    assert!(both > 0.99, "{both}");
    assert!(words < 0.6, "{words}");
}

#[test]
fn characters_are_reproducible_and_described() {
    for analyzer in [Analyzer::Char, Analyzer::Both] {
        let mut settings = Settings::default();
        settings.features.analyzer = analyzer;
        let first = train(&archive(), &settings, &()).unwrap();
        let second = train(&archive(), &settings, &()).unwrap();
        assert_eq!(first.pipeline, second.pipeline, "{analyzer}");
        assert_eq!(first.report, second.report, "{analyzer}");

        let report = &first.report;
        assert!(report.test_metrics.roc_auc > 0.8, "{analyzer}");
        let block = first.pipeline.characters().unwrap();
        assert_eq!(
            report.fit.character_ngrams,
            Some(block.vocabulary().len()),
            "{analyzer}"
        );
        assert_eq!(
            report.baselines.len(),
            1 + usize::from(analyzer.has_words())
        );
        assert_eq!(gate_failures(&settings, report), [], "{analyzer}");

        let card = model_card(report, &settings);
        let ngrams = format!("{} character n-grams", block.vocabulary().len());
        assert!(card.contains(&ngrams), "{card}");
        assert!(card.contains("runs of 2 to 5 characters"), "{card}");
    }
}

#[test]
fn rare_ngrams_alone_are_an_error_with_advice() {
    let mut settings = Settings::default();
    settings.features.analyzer = Analyzer::Char;
    settings.features.char_min_document_frequency = 100_000;
    let error = train(&archive(), &settings, &()).unwrap_err().to_string();
    assert!(
        error.contains("`features.char_min_document_frequency` (`--char-min-document-frequency`)"),
        "{error}"
    );
}

#[test]
fn shuffled_labels_do_not_pass_the_gate() {
    let mut dataset = archive();
    // Each text gets the label of the one half the archive away, which has nothing to do with it.
    let labels = dataset.labels.clone();
    let half = labels.len() / 2;

    for (index, label) in dataset.labels.iter_mut().enumerate() {
        *label = labels[(index * 7 + half) % labels.len()];
    }
    let settings = Settings::default();
    let report = train(&dataset, &settings, &()).unwrap().report;
    let failures = gate_failures(&settings, &report);
    assert!(
        failures.iter().any(|failure| matches!(
            failure,
            GateFailure::Floor {
                setting: "gate.min_precision",
                ..
            }
        )),
        "{failures:?}"
    );
}

#[test]
fn the_report_has_intervals_and_baselines() {
    let report = train(&archive(), &Settings::default(), &()).unwrap().report;
    let (metrics, intervals) = (&report.test_metrics, &report.test_intervals);

    for (metric, interval) in [
        (metrics.precision, intervals.precision),
        (metrics.recall, intervals.recall),
        (metrics.f1, intervals.f1),
        (metrics.accuracy, intervals.accuracy),
        (metrics.roc_auc, intervals.roc_auc),
        (metrics.pr_auc, intervals.pr_auc),
    ] {
        assert!(
            interval.low < metric && metric < interval.high,
            "{metric} and {interval:?}"
        );
        assert!(interval.high - interval.low < 0.1, "{interval:?}");
    }
    assert_eq!(report.baselines.len(), 2);
    for baseline in &report.baselines {
        assert!(baseline.roc_auc < metrics.roc_auc, "{baseline:?}");
    }
    let binned: u64 = report
        .test_calibration
        .bins
        .iter()
        .map(|bin| bin.texts)
        .sum();
    assert_eq!(binned, report.test.texts() as u64);
}

#[test]
fn a_model_that_ranks_no_better_than_a_baseline_fails_the_gate() {
    let settings = Settings::default();
    let mut report = train(&archive(), &settings, &()).unwrap().report;
    report.test_metrics.roc_auc = report.baselines[1].roc_auc;
    let failures = gate_failures(&settings, &report);

    assert_eq!(failures.len(), 1);
    let word = &report.baselines[1].rule;
    assert!(
        matches!(&failures[0], GateFailure::Baseline { baseline, .. } if baseline == word),
        "{failures:?}"
    );
}

#[test]
fn each_threshold_rule_holds_on_the_validation_subset() {
    let report = |rule: &str| {
        let settings = Settings {
            threshold: rule.parse().unwrap(),
            unknown_texts: UnknownTexts::ByProbability,
            ..Settings::default()
        };
        train(&archive(), &settings, &())
            .unwrap()
            .report
            .validation_metrics
    };

    assert!(report("precision>=0.85").precision >= 0.85);
    assert!(report("recall>=0.95").recall >= 0.95);
    assert!(report("cost:10:1").precision > report("cost:1:10").precision);
}

#[test]
fn calibration_moves_probabilities_and_keeps_their_order() {
    let [plain, calibrated] = [false, true].map(|calibrate| {
        let settings = Settings {
            calibrate,
            ..Settings::default()
        };
        train(&archive(), &settings, &()).unwrap()
    });
    let scaling = calibrated.report.platt_scaling.unwrap();

    assert!(
        scaling.slope > 1.0,
        "the penalty shrinks logits, so scaling enlarges them: {scaling:?}"
    );
    let error = |report: &Report| report.test_calibration.expected_calibration_error;
    assert!(error(&calibrated.report) < error(&plain.report));
    assert!(
        (calibrated.report.test_metrics.roc_auc - plain.report.test_metrics.roc_auc).abs() < 1e-4
    );
    for text in ["flood waters are rising", "see you at the party", ""] {
        let want = scaling.slope * plain.pipeline.logit(text) + scaling.offset;
        assert!(
            (calibrated.pipeline.logit(text) - want).abs() < 1e-5,
            "{text:?}"
        );
    }
}

#[test]
fn cross_validation_repeats_and_measures_each_text_of_training_and_validation_once() {
    let folds = CrossValidationSettings { folds: 4 };
    let settings = Settings {
        cross_validation: folds,
        ..Settings::default()
    };
    let report = train(&archive(), &settings, &()).unwrap().report;
    let got = report.cross_validation.as_ref().unwrap();

    assert_eq!(got.folds.len(), 4);
    let texts = |fold: &Fold| {
        let matrix = fold.metrics.confusion;
        matrix.true_positives
            + matrix.false_positives
            + matrix.false_negatives
            + matrix.true_negatives
    };
    let want = report.train.texts() + report.validation.texts();
    assert_eq!(got.folds.iter().map(texts).sum::<u64>(), want as u64);
    assert!(
        (got.mean.roc_auc - report.test_metrics.roc_auc).abs() < 0.03,
        "{got:?}"
    );
    assert!(
        got.standard_deviation.roc_auc > 0.0 && got.standard_deviation.roc_auc < 0.03,
        "{got:?}"
    );
    assert_eq!(
        train(&archive(), &settings, &())
            .unwrap()
            .report
            .cross_validation,
        report.cross_validation
    );
    assert_eq!(
        train(&archive(), &Settings::default(), &())
            .unwrap()
            .report
            .cross_validation,
        None
    );
}

#[test]
fn undecided_rows_count_as_not_relevant_when_asked() {
    let settings = Settings {
        undecided: Undecided::NotRelevant,
        ..Settings::default()
    };
    let report = train(&archive(), &settings, &()).unwrap().report;
    assert_eq!(
        report.train.texts() + report.validation.texts() + report.test.texts(),
        6000
    );
}

#[test]
fn one_label_alone_is_an_error() {
    let mut dataset = archive();
    dataset.labels.fill(Some(Label::Relevant));
    let error = train(&dataset, &Settings::default(), &()).unwrap_err();
    assert!(
        matches!(
            &error,
            TrainError::LabelMissing { label, .. } if label == "Not Relevant"
        ),
        "{error}"
    );
}

fn with_weights(weight: impl Fn(usize) -> String) -> (Dataset, Settings) {
    let mut dataset = archive();
    let mut column = DictionaryColumn::default();
    for row in 0..dataset.texts.len() {
        column.push(&weight(row));
    }
    dataset.columns = vec![column];

    let mut settings = Settings::default();
    settings.solver.weight_column = Some("weight".to_owned());
    settings.keep_columns();
    (dataset, settings)
}

#[test]
fn calibration_does_not_turn_the_order_of_texts_round() {
    // The labels of the validation subset contradict those that the model learns.
    let mut dataset = archive();
    let settings = Settings::default();
    for row in split(&dataset, &settings).unwrap().validation {
        let label = &mut dataset.labels[row as usize];
        *label = label.map(|label| match label {
            Label::Relevant => Label::NotRelevant,
            Label::NotRelevant => Label::Relevant,
            Label::CantDecide => Label::CantDecide,
        });
    }

    let report = train(&dataset, &settings, &()).unwrap().report;
    assert_eq!(report.platt_scaling, None);
    assert!(
        report.test_metrics.roc_auc > 0.75,
        "{:?}",
        report.test_metrics
    );
}

#[test]
fn twice_the_weight_is_half_the_penalty() {
    let (dataset, mut settings) = with_weights(|_| "2.0".to_owned());
    settings.calibrate = false;
    settings.solver.alpha *= 2.0;
    let weighted = train(&dataset, &settings, &()).unwrap().pipeline;

    let settings = Settings {
        calibrate: false,
        ..Settings::default()
    };
    let plain = train(&dataset, &settings, &()).unwrap().pipeline;
    let differences = weighted
        .coefficients()
        .iter()
        .zip(plain.coefficients())
        .map(|(left, right)| (left - right).abs());
    assert!(differences.fold(0.0, f32::max) < 1e-3);
}

#[test]
fn weights_of_the_classes_move_the_intercept_towards_the_heavier_one() {
    let dataset = archive();
    let intercept = |class_weight: &str| {
        // Calibration takes the weights of the classes out of the probabilities again.
        let mut settings = Settings {
            calibrate: false,
            ..Settings::default()
        };
        settings.solver.class_weight = class_weight.parse().unwrap();
        train(&dataset, &settings, &())
            .unwrap()
            .pipeline
            .intercept()
    };
    let [equal, same, relevant] = ["equal", "1:1", "5:1"].map(intercept);
    assert!((equal - same).abs() < 1e-6);
    assert!(relevant > equal + 0.5, "{relevant}, {equal}");
}

#[test]
fn a_weight_that_is_none_is_refused_before_the_fit() {
    for (weight, want) in [
        ("heavy", "the weight `heavy`"),
        ("-1", "the weight `-1`"),
        ("", "the weight ``"),
        ("0", "has a weight over 0"),
    ] {
        let (dataset, settings) = with_weights(|_| weight.to_owned());
        let error = check_trainable(&dataset, &settings)
            .unwrap_err()
            .to_string();
        assert!(error.contains(want), "{error}");
    }
}

/// scikit-learn reaches a ROC-AUC of 0.845 on the same kind of split.
#[test]
fn the_users_archive_reaches_the_metric_of_scikit_learn() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/assignment.db.sqlite.base64.tar.gz");

    if !path.exists() {
        println!("not run: the user's archive is not here");
        return;
    }
    let source = relevance_data::open(path.to_str().unwrap(), &SourceSettings::default()).unwrap();
    let report = train(
        &Dataset::read(source.as_ref(), &LabelSettings::default()).unwrap(),
        &Settings::default(),
        &(),
    )
    .unwrap()
    .report;
    assert!(
        report.test_metrics.roc_auc >= 0.84,
        "{:?}",
        report.test_metrics
    );
}
