//! The run: split, fit, choose, measure.

use std::collections::BTreeMap;
use std::sync::Arc;

use relevance_data::{Dataset, Label, Split};
use relevance_pipeline::{Pipeline, Predictor, Scorer};
use sha2::{Digest as _, Sha256};

use crate::error::TrainError;
use crate::evaluate::calibration::Calibration;
use crate::evaluate::evaluation::Evaluation;
use crate::evaluate::metrics::Metrics;
use crate::evaluate::profile::Profile;
use crate::evaluate::threshold::choose_threshold;
use crate::fit::fitted::Fitted;
use crate::progress::Observer;
use crate::report::training_report::{Counts, Report};
use crate::settings::Settings;
use crate::subset::Side;

const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What training gives.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The fitted pipeline.
    pub pipeline: Pipeline,
    /// What was measured.
    pub report: Report,
    /// Which rows were trained on, chose the threshold and measured.
    pub split: Split,
    /// The pipeline's probabilities on the side that measured: `[split.test]`.
    pub test_probabilities: Vec<f32>,
    /// What the texts of that side are like, for comparison with those that come later.
    pub profile: Profile,
}

/// Trains on the examples of a source.
///
/// Equal examples and settings give the same pipeline and report, to the bit.
///
/// # Errors
/// When a setting is out of range, the examples cannot be split, no term is frequent enough, the solver fails, or the model
/// checks cannot be made.
pub fn train(
    dataset: &Dataset,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Trained, TrainError> {
    let (trained, ()) = train_beside(dataset, settings, observer, |_, _| ())?;
    Ok(trained)
}

/// Trains as [`train()`] does, and runs `beside` with the finished pipeline and the split while the slower part of the report
/// is still measured.
///
/// # Errors
/// Those of [`train()`].
pub fn train_beside<T: Send>(
    dataset: &Dataset,
    settings: &Settings,
    observer: &dyn Observer,
    beside: impl FnOnce(&Pipeline, &Split) -> T + Send,
) -> Result<(Trained, T), TrainError> {
    settings.validate()?;
    // On a thread of the pool: one that is none sleeps whenever it waits for the others.
    rayon::scope(|_| run(dataset, settings, observer, beside))
}

fn run<T: Send>(
    dataset: &Dataset,
    settings: &Settings,
    observer: &dyn Observer,
    beside: impl FnOnce(&Pipeline, &Split) -> T + Send,
) -> Result<(Trained, T), TrainError> {
    let column = settings
        .split_column()
        .and_then(|place| dataset.columns.get(place));
    let split = Split::new(
        dataset,
        &dataset.decided(settings.undecided),
        &settings.split,
        column,
    )?;
    let train = Side::of(dataset, &split.train);
    let (mut fitted, train_counts) = (
        Fitted::of(&train, settings, observer)?,
        Counts::from_labels(&train.labels),
    );
    drop(train);

    let [validation, test] =
        [&split.validation, &split.test].map(|places| Side::of(dataset, places));
    let platt_scaling = settings
        .calibrate
        .then(|| fitted.calibrate(&validation))
        .transpose()?;
    // The file's own numbers choose and measure, so that what is reported is what is served.
    let pipeline = Pipeline::try_from(fitted.parts)?;
    let scorer = Arc::new(Scorer::from(&pipeline));
    let predictor = Predictor::with_scorer(&pipeline, Arc::clone(&scorer));
    let (validated, tested) = (
        validation.probabilities(&predictor),
        test.probabilities(&predictor),
    );
    let threshold = choose_threshold(&validated, &validation.labels, settings.threshold).ok_or(
        TrainError::NoThreshold {
            rule: settings.threshold,
            texts: validated.len(),
        },
    )?;
    let facts = Facts {
        fingerprint: fingerprint(&dataset.digest, settings),
        counts: [
            train_counts,
            Counts::from_labels(&validation.labels),
            Counts::from_labels(&test.labels),
        ],
        metrics: Metrics::compute(&tested, &test.labels, threshold),
        calibration: Calibration::compute(&tested, &test.labels),
    };
    let pipeline = pipeline
        .with_threshold(threshold)?
        .with_metadata(facts.metadata(dataset, settings));

    let predictor = Predictor::with_scorer(&pipeline, scorer);
    let probabilities = &tested;
    let rules = &fitted.baselines;
    let measuring = Evaluation {
        dataset,
        settings,
        split: &split,
        test: &test,
        probabilities,
        threshold,
        rules,
    };
    let (details, beside) = rayon::join(|| measuring.run(&predictor), || beside(&pipeline, &split));
    let details = details?;
    let [train, validation_counts, test] = facts.counts;
    let report = Report {
        name: settings.name.clone(),
        fingerprint: facts.fingerprint,
        tool_version: TOOL_VERSION.to_owned(),
        data_digest: dataset.digest.clone(),
        settings_digest: settings.digest(),
        undecided_rows: dataset
            .labels
            .iter()
            .filter(|&&label| label == Label::CantDecide)
            .count(),
        train,
        validation: validation_counts,
        test,
        near_duplicates: details.near_duplicates,
        fit: fitted.fit,
        platt_scaling,
        threshold,
        validation_metrics: Metrics::compute(&validated, &validation.labels, threshold),
        test_metrics: facts.metrics,
        test_intervals: details.intervals,
        test_calibration: facts.calibration,
        baselines: details.baselines,
        slices: details.slices,
        model_checks: details.model_checks,
        cross_validation: details.cross_validation,
    };
    let profile = details.profile;
    Ok((
        Trained {
            pipeline,
            report,
            split,
            test_probabilities: tested,
            profile,
        },
        beside,
    ))
}

/// What the model file says of its training.
struct Facts {
    fingerprint: String,
    /// The texts of training, validation and test side.
    counts: [Counts; 3],
    /// Of the test side.
    metrics: Metrics,
    calibration: Calibration,
}

/// What tells this fit from every other one.
fn fingerprint(data_digest: &str, settings: &Settings) -> String {
    let digest = Sha256::digest(format!(
        "{data_digest} {} {TOOL_VERSION}",
        settings.digest()
    ));
    hex::encode(&digest[..6])
}

impl Facts {
    /// The entries of the model file that come from training.
    fn metadata(&self, dataset: &Dataset, settings: &Settings) -> BTreeMap<String, String> {
        let test = &self.metrics;
        let figures = [
            ("test.precision", test.precision),
            ("test.recall", test.recall),
            ("test.f1", test.f1),
            ("test.accuracy", test.accuracy),
            ("test.roc_auc", test.roc_auc),
            ("test.pr_auc", test.pr_auc),
            ("test.brier", self.calibration.brier),
        ];
        let strings = [
            ("name", settings.name.clone()),
            ("version", self.fingerprint.clone()),
            ("licence", settings.licence.clone()),
            ("tool.version", TOOL_VERSION.to_owned()),
            ("data.digest", dataset.digest.clone()),
            ("settings.digest", settings.digest()),
            ("settings", settings.to_json()),
        ];
        let figures = figures.map(|(key, figure)| (key, format!("{figure:.6}")));
        let keys = ["data.train", "data.validation", "data.test"];
        let counts = keys
            .into_iter()
            .zip(self.counts)
            .map(|(key, counts)| (key, counts.texts().to_string()));
        let entries = strings.into_iter().chain(figures).chain(counts);
        entries
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}
