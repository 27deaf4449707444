//! Search for settings, and the learning curve.

use relevance_train::search::{SearchBudget, SearchMetric, SearchSettings, Searched, Trial};
use relevance_train::{Analyzer, Settings, TrainError, search, train};

use crate::archive;
use crate::texts::without_spaces;

fn settings(trials: u32, metric: SearchMetric) -> Settings {
    Settings {
        search: Some(SearchSettings {
            budget: SearchBudget::Trials(trials),
            metric,
        }),
        ..Settings::default()
    }
}

fn find(settings: &Settings) -> Searched {
    search(&archive(), settings, &()).unwrap().unwrap()
}

#[test]
fn the_best_of_the_last_round_is_chosen() {
    let Searched { settings, report } = find(&settings(5, SearchMetric::LogLoss));
    let best = &report.trials[0];

    assert_eq!(settings.features, best.features);
    let alphas = [settings.solver.alpha, best.score.unwrap().alpha];
    assert_eq!(alphas[0].to_bits(), alphas[1].to_bits());
    assert_eq!(settings.search, None);
    assert_eq!(report.trials.len(), 5);
    for pair in report.trials.windows(2) {
        let [better, worse] = [&pair[0], &pair[1]];
        let values = [better, worse].map(|trial| trial.score.unwrap().value);
        assert!(
            better.rows > worse.rows || better.rows == worse.rows && values[0] <= values[1],
            "{pair:?}"
        );
    }
    // Two of five were tried on all rows.
    let on_all_rows = |trial: &&Trial| trial.rows == best.rows;
    assert_eq!(report.trials.iter().filter(on_all_rows).count(), 2);
}

#[test]
fn equal_settings_give_equal_results_for_any_number_of_threads() {
    let settings = settings(4, SearchMetric::RocAuc);
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| find(&settings))
    };

    let [one, three] = [1, 3].map(with_threads);
    assert_eq!(one.report, three.report);
    assert_eq!(one.settings, three.settings);
}

#[test]
fn training_with_the_chosen_settings_gives_the_model_of_the_search() {
    let searched = train(&archive(), &settings(3, SearchMetric::LogLoss), &()).unwrap();
    let report = searched.report.search.clone().unwrap();
    let chosen = Settings::from_toml(&report.to_toml()).unwrap();

    assert_eq!(chosen, searched.settings);
    let again = train(&archive(), &chosen, &()).unwrap();
    assert_eq!(again.pipeline, searched.pipeline);
    assert_eq!(again.report.search, None);
}

#[test]
fn characters_are_found_where_words_have_no_spaces_between_them() {
    let dataset = without_spaces();
    let Searched { settings, report } = search(&dataset, &settings(6, SearchMetric::RocAuc), &())
        .unwrap()
        .unwrap();

    assert!(settings.features.analyzer.has_characters(), "{settings:?}");
    let best = report.trials[0].score.unwrap().value;
    assert!(best > 0.99, "{best}");
    // The terms of ASCII words, of which the texts have none, are no reason to give up.
    let failed = |trial: &&Trial| trial.score.is_none();
    let failed: Vec<_> = report.trials.iter().filter(failed).collect();
    assert!(!failed.is_empty());
    assert!(
        failed
            .iter()
            .all(|trial| trial.features.analyzer != Analyzer::Char)
    );
}

#[test]
fn a_search_without_any_term_fails_as_the_training_does() {
    let mut settings = settings(2, SearchMetric::LogLoss);
    settings.features.analyzer = Analyzer::Both;
    settings.features.min_document_frequency = 1_000_000;
    let error = train(&archive(), &settings, &()).unwrap_err();
    assert!(matches!(error, TrainError::NoTerms { .. }), "{error:?}");
}

#[test]
fn more_texts_make_a_better_model() {
    let settings = Settings {
        learning_curve: true,
        ..Settings::default()
    };
    let trained = train(&archive(), &settings, &()).unwrap();
    let curve = trained.report.learning_curve.as_ref().unwrap();

    let percents: Vec<u32> = curve.points.iter().map(|point| point.percent).collect();
    assert_eq!(percents, [10, 25, 50, 75, 100]);
    let last = curve.points[4].areas.unwrap();
    let areas = [last.roc_auc, trained.report.test_metrics.roc_auc];
    assert_eq!(areas[0].to_bits(), areas[1].to_bits());
    assert_eq!(last.roc_auc_interval, trained.report.test_intervals.roc_auc);
    let first = curve.points[0].areas.unwrap();
    assert!(first.roc_auc + 0.03 < last.roc_auc, "{curve:?}");
    assert_eq!(curve.points[4].texts, trained.report.train.texts());
    assert!(curve.last_gain().unwrap() > -0.01);

    let plain = train(&archive(), &Settings::default(), &()).unwrap();
    assert_eq!(plain.report.learning_curve, None);
    assert_eq!(
        plain.pipeline.coefficients(),
        trained.pipeline.coefficients()
    );
}
