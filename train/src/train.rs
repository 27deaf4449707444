//! The run: split, fit, choose, measure.

use std::collections::BTreeMap;
use std::sync::Arc;

use linfa::DatasetBase;
use rayon::prelude::*;
use relevance_data::{Dataset, Label, Split, SplitBy, near_duplicates, spread};
use relevance_pipeline::{Labels, Pipeline, PipelineParts, Predictor, ScoreBuffer, Scorer};
use sha2::{Digest as _, Sha256};

use crate::baseline::BaselineRules;
use crate::solver::LinearModel;
use crate::{
    Calibration, Counts, CrossValidation, Fit, Intervals, Metrics, PlattScaling, Profile, Report, Settings, Slice,
    TestSide, TrainError, Vectorizer, choose_threshold, slices_by_column, slices_by_length, solver,
};

const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Texts of the test side that are profiled at most, evenly spread: more would move no share by a hundredth.
const PROFILED_TEXTS: usize = 5000;

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

/// Hears how far a run is.
pub trait Observer: Sync {
    /// So many more of the training texts, of which there are `all`, were cut into tokens.
    fn tokenized(&self, _texts: usize, _all: usize) {}

    /// The solver took a step, and the objective is this.
    fn stepped(&self, _iteration: u64, _objective: f64) {}
}

/// Hears nothing.
impl Observer for () {}

/// One side of the split.
pub(crate) struct Side<'a> {
    pub(crate) texts: Vec<&'a str>,
    pub(crate) labels: Vec<bool>,
}

/// Trains on the examples of a source.
///
/// Equal examples and settings give the same pipeline and report, to the bit.
///
/// # Errors
/// When a setting is out of range, the examples cannot be split, no term is frequent enough, the solver fails, or the model
/// checks cannot be made.
pub fn train(dataset: &Dataset, settings: &Settings, observer: &dyn Observer) -> Result<Trained, TrainError> {
    settings.validate()?;
    let undecided_rows = dataset.labels.iter().filter(|&&label| label == Label::CantDecide).count();
    let column = settings.split_column().and_then(|place| dataset.columns.get(place));
    let split = Split::new(dataset, &dataset.decided(settings.undecided), &settings.split, column)?;
    let [train, validation, test] =
        [&split.train, &split.validation, &split.test].map(|places| Side::of(dataset, places));

    let mut fitted = Fitted::of(&train, settings, observer)?;
    let platt_scaling = settings.calibrate.then(|| fitted.calibrate(&validation)).transpose()?;
    // The file's own numbers choose and measure, so that what is reported is what is served.
    let pipeline = Pipeline::try_from(fitted.parts)?;
    let scorer = Arc::new(Scorer::from(&pipeline));
    let predictor = Predictor::with_scorer(&pipeline, Arc::clone(&scorer));
    let (validated, tested) = (validation.probabilities(&predictor), test.probabilities(&predictor));
    let measured = TestSide { texts: &test.texts, labels: &test.labels, probabilities: &tested };
    let threshold = choose_threshold(&validated, &validation.labels, settings.threshold)
        .ok_or(TrainError::NoThreshold { rule: settings.threshold, texts: validated.len() })?;
    let pipeline = pipeline.with_threshold(threshold)?;
    let predictor = Predictor::with_scorer(&pipeline, scorer);

    let report = Report {
        name: settings.name.clone(),
        fingerprint: fingerprint(&dataset.digest, settings),
        tool_version: TOOL_VERSION.to_owned(),
        data_digest: dataset.digest.clone(),
        settings_digest: settings.digest(),
        undecided_rows,
        train: Counts::of(&train.labels),
        validation: Counts::of(&validation.labels),
        test: Counts::of(&test.labels),
        near_duplicates: near_duplicates(dataset, &split),
        fit: fitted.fit,
        platt_scaling,
        threshold,
        validation_metrics: Metrics::of(&validated, &validation.labels, threshold),
        test_metrics: Metrics::of(&tested, &test.labels, threshold),
        test_intervals: Intervals::of(&tested, &test.labels, threshold, settings.split.seed),
        test_calibration: Calibration::of(&tested, &test.labels),
        baselines: fitted.baselines.measure(&test.texts, &test.labels),
        slices: slices(dataset, &split.test, settings, measured, threshold),
        model_checks: settings
            .model_checks
            .run(&test.texts, |text| predictor.predict(text, &mut ScoreBuffer::default()))?,
        cross_validation: CrossValidation::of(dataset, &split, settings)?,
    };
    let metadata = metadata(&report, settings);
    let profile = profile(predictor, &test);
    let pipeline = pipeline.with_metadata(metadata);
    Ok(Trained { pipeline, report, split, test_probabilities: tested, profile })
}

/// Figures of the test side by length and by each further column of the source.
fn slices(dataset: &Dataset, places: &[u32], settings: &Settings, side: TestSide, threshold: f32) -> Vec<Slice> {
    let mut slices = slices_by_length(settings.features.token_characters, side, threshold);
    // Hardly two rows share a time.
    let is_time = |name: &String| settings.split.by == SplitBy::Time && settings.split.column.as_ref() == Some(name);
    for (name, column) in settings.source.columns.iter().zip(&dataset.columns).filter(|(name, _)| !is_time(name)) {
        let values: Vec<&str> = places.iter().map(|&place| column.value(place)).collect();
        slices.extend(slices_by_column(name, &values, side, threshold));
    }
    slices
}

/// What evenly spread texts of a side are like.
fn profile(predictor: Predictor, side: &Side) -> Profile {
    let texts: Vec<&str> = spread(&side.texts, PROFILED_TEXTS).copied().collect();
    let labels: Vec<bool> = spread(&side.labels, PROFILED_TEXTS).copied().collect();
    Profile::of(predictor, &texts, &labels)
}

/// What the training side gives.
pub(crate) struct Fitted {
    /// A pipeline whose threshold and metadata are still to come.
    pub(crate) parts: PipelineParts,
    model: LinearModel,
    fit: Fit,
    baselines: BaselineRules,
}

impl Fitted {
    pub(crate) fn of(side: &Side, settings: &Settings, observer: &dyn Observer) -> Result<Self, TrainError> {
        let vectorizer = Vectorizer::fit_observed(&side.texts, &settings.features, observer)?;
        let rows = DatasetBase::new(vectorizer.rows, side.labels.iter().copied().collect());
        let model = solver::fit_observed(&rows, &settings.solver, observer)?;
        let fit = Fit {
            solver: settings.solver.kind,
            vocabulary: vectorizer.vocabulary.len(),
            objective: solver::objective(&rows, &model, settings.solver.alpha),
        };
        let baselines = BaselineRules::of(&rows, &vectorizer.vocabulary, &settings.features);
        let parts = PipelineParts {
            features: settings.features.pipeline(),
            vocabulary: vectorizer.vocabulary.into_terms(),
            idf: single(rows.records.idf()),
            coefficients: single(&model.coefficients),
            intercept: single(&[model.intercept])[0],
            threshold: 0.5,
            labels: Labels::default(),
            metadata: BTreeMap::new(),
        };
        Ok(Self { parts, model, fit, baselines })
    }

    /// Folds the line that calibrates the probabilities of `side` into coefficients and intercept.
    fn calibrate(&mut self, side: &Side) -> Result<PlattScaling, TrainError> {
        let pipeline = Pipeline::try_from(self.parts.clone())?;
        let logits = side.logits(&Predictor::new(&pipeline));
        let line = PlattScaling::fit(&logits, &side.labels);
        for coefficient in &mut self.model.coefficients {
            *coefficient *= line.slope;
        }
        self.model.intercept = line.slope * self.model.intercept + line.offset;
        self.parts.coefficients = single(&self.model.coefficients);
        self.parts.intercept = single(&[self.model.intercept])[0];
        Ok(line)
    }
}

impl<'a> Side<'a> {
    pub(crate) fn of(dataset: &'a Dataset, places: &[u32]) -> Self {
        Self {
            texts: places.iter().map(|&place| dataset.text(place)).collect(),
            labels: places.iter().map(|&place| dataset.is_relevant(place)).collect(),
        }
    }

    /// What [`Pipeline::logit`] gives for each text.
    fn logits(&self, predictor: &Predictor) -> Vec<f64> {
        let logit = |buffer: &mut ScoreBuffer, text: &&str| predictor.logit(text, buffer);
        self.texts.par_iter().map_init(ScoreBuffer::default, logit).collect()
    }

    /// What [`Pipeline::predict`] gives for each text.
    pub(crate) fn probabilities(&self, predictor: &Predictor) -> Vec<f32> {
        let probability = |logit| predictor.pipeline().judge(logit).probability;
        self.logits(predictor).into_par_iter().map(probability).collect()
    }
}

/// What tells this fit from every other one.
fn fingerprint(data_digest: &str, settings: &Settings) -> String {
    let digest = Sha256::digest(format!("{data_digest} {} {TOOL_VERSION}", settings.digest()));
    hex::encode(&digest[..6])
}

/// The entries of the model file that come from training.
fn metadata(report: &Report, settings: &Settings) -> BTreeMap<String, String> {
    let test = &report.test_metrics;
    let figures = [
        ("test.precision", test.precision),
        ("test.recall", test.recall),
        ("test.f1", test.f1),
        ("test.accuracy", test.accuracy),
        ("test.roc_auc", test.roc_auc),
        ("test.pr_auc", test.pr_auc),
        ("test.brier", report.test_calibration.brier),
    ];
    let counts = [("data.train", report.train), ("data.validation", report.validation), ("data.test", report.test)];
    let strings = [
        ("name", settings.name.clone()),
        ("version", report.fingerprint.clone()),
        ("licence", settings.licence.clone()),
        ("tool.version", report.tool_version.clone()),
        ("data.digest", report.data_digest.clone()),
        ("settings.digest", report.settings_digest.clone()),
        ("settings", settings.to_json()),
    ];
    let figures = figures.map(|(key, figure)| (key, format!("{figure:.6}")));
    let counts = counts.map(|(key, counts)| (key, counts.texts().to_string()));
    let entries = strings.into_iter().chain(figures).chain(counts);
    entries.map(|(key, value)| (key.to_owned(), value)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "the model file holds f32")]
fn single(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|&number| number as f32).collect()
}
