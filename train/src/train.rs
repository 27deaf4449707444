//! The training run: split, fit, choose the threshold, evaluate.

use std::collections::BTreeMap;
use std::sync::Arc;

use relevance_data::{Dataset, Label, Split};
use relevance_pipeline::{Pipeline, Predictor, Scorer};

use crate::error::TrainError;
use crate::evaluate::calibration::{Calibration, PlattScaling};
use crate::evaluate::confusion::ConfusionMatrix;
use crate::evaluate::cross_validation;
use crate::evaluate::evaluation::{Evaluation, EvaluationResults};
use crate::evaluate::metrics::Metrics;
use crate::evaluate::profile::Profile;
use crate::evaluate::threshold::{ThresholdChoice, ThresholdRule, UnknownTexts, choose_threshold};
use crate::evaluate::token_coverage::TokenCoverage;
use crate::fit::elsewhere::{FittedElsewhere, Origin};
use crate::fit::vectorizer::Vectorizer;
use crate::fitted_pipeline::{FittedPipeline, RunInputs};
use crate::progress::Observer;
use crate::report::metadata::{ModelMetadata, TOOL_VERSION, fingerprint};
use crate::report::training_report::{Counts, Fit, Report, ThresholdAlternative};
use crate::search::search;
use crate::settings::Settings;
use crate::split::split;
use crate::subset::{Subset, TestSubset};

/// Rules whose thresholds a report compares with its own.
const ALTERNATIVES: [(ThresholdRule, UnknownTexts); 3] = [
    (ThresholdRule::MaxF(0.6), UnknownTexts::NotRelevant),
    (ThresholdRule::MaxF(1.0), UnknownTexts::NotRelevant),
    (ThresholdRule::MaxF(1.0), UnknownTexts::ByProbability),
];

/// Result of a training run.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The fitted pipeline.
    pub pipeline: Pipeline,
    /// The report.
    pub report: Report,
    /// The settings of the fit: the given ones, with those that a search chose.
    pub settings: Settings,
    /// The rows of each subset.
    pub split: Split,
    /// Probabilities of the pipeline on the test subset: `[split.test]`.
    pub test_probabilities: Vec<f32>,
    /// Profile of the texts of the test subset, for comparison with later texts.
    pub profile: Profile,
}

/// Trains on the examples of a source.
///
/// Equal examples and settings give the same pipeline and report, to the bit.
///
/// # Errors
/// When a setting is out of range, the examples cannot be split or a fold of the search or the
/// cross-validation would lack a label, no term is frequent enough, the solver fails, or the model
/// checks cannot be made.
pub fn train(
    dataset: &Dataset,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Trained, TrainError> {
    let (trained, ()) = train_beside(dataset, settings, observer, |_, _| ())?;
    Ok(trained)
}

/// Trains as [`train()`] does, and runs `beside` with the finished pipeline and the split in
/// parallel with the slower part of the evaluation.
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
    let searched = search(dataset, settings, observer)?;
    let settings = searched
        .as_ref()
        .map_or(settings, |searched| &searched.settings);

    let fit = |inputs: RunInputs| FittedPipeline::fit(inputs, observer);
    let (mut trained, beside) = run(dataset, settings, fit, beside)?;
    trained.report.search = searched.map(|searched| searched.report);
    Ok((trained, beside))
}

/// Does what [`train_beside`] does with a pipeline that was fitted elsewhere, instead of fitting one:
/// calibrates it, chooses its threshold and evaluates it.
///
/// The training subset serves the rules without a model and the near duplicates; it should hold a
/// sample of the texts that the pipeline was fitted on, and the other subsets none of them.
///
/// # Errors
/// Those of [`train()`], and [`TrainError::UnusedSettings`] and [`TrainError::OtherLabels`] when
/// settings or labels do not fit the pipeline.
pub fn measure_beside<T: Send>(
    dataset: &Dataset,
    fitted: &FittedElsewhere,
    settings: &Settings,
    beside: impl FnOnce(&Pipeline, &Split) -> T + Send,
) -> Result<(Trained, T), TrainError> {
    let settings = fitted.settings(settings)?;
    settings.validate()?;

    let fit = |inputs: RunInputs| FittedPipeline::elsewhere(fitted, inputs);
    run(dataset, &settings, fit, beside)
}

fn run<T: Send>(
    dataset: &Dataset,
    settings: &Settings,
    fit: impl FnOnce(RunInputs) -> Result<FittedPipeline, TrainError> + Send,
    beside: impl FnOnce(&Pipeline, &Split) -> T + Send,
) -> Result<(Trained, T), TrainError> {
    // Entered once, the pool keeps its threads busy; a thread outside of it would sleep at each
    // parallel step.
    rayon::scope(|_| run_in_pool(dataset, settings, fit, beside))
}

fn run_in_pool<T: Send>(
    dataset: &Dataset,
    settings: &Settings,
    fit: impl FnOnce(RunInputs) -> Result<FittedPipeline, TrainError>,
    beside: impl FnOnce(&Pipeline, &Split) -> T + Send,
) -> Result<(Trained, T), TrainError> {
    let split = split(dataset, settings)?;
    require_rows(dataset, settings)?;
    let validation = Subset::new(dataset, &split.validation);
    let test = Subset::new(dataset, &split.test);
    let FittedPipeline {
        pipeline,
        token_coverage,
        fit,
        origin,
        platt_scaling,
        baseline_rules,
    } = fit(RunInputs {
        dataset,
        settings,
        split: &split,
        validation: &validation,
    })?;

    let scorer = Arc::new(Scorer::from(&pipeline));
    let predictor = Predictor::with_scorer(&pipeline, Arc::clone(&scorer));
    let measured = Measured::new(&predictor, &validation, &test, settings)?;
    let run = Run {
        dataset,
        settings,
        split,
        token_coverage,
        fit,
        origin,
        platt_scaling,
        measured,
    };
    let pipeline = pipeline
        .with_threshold(run.measured.threshold)?
        .with_metadata(run.metadata());

    let predictor = Predictor::with_scorer(&pipeline, scorer);
    let evaluation = Evaluation {
        dataset,
        settings,
        split: &run.split,
        test: TestSubset {
            texts: &test.texts,
            labels: &test.labels,
            probabilities: &run.measured.test_probabilities,
        },
        threshold: run.measured.threshold,
        baseline_rules: &baseline_rules,
    };
    let (results, beside) = rayon::join(
        || evaluation.run(&predictor),
        || beside(&pipeline, &run.split),
    );
    let results = results?;
    Ok((run.finish(pipeline, results), beside))
}

/// Checks that training on the examples could begin: they can be split, and the texts of the
/// training subset have terms.
///
/// # Errors
/// Those with which [`train()`] would fail before it fits.
pub fn check_trainable(dataset: &Dataset, settings: &Settings) -> Result<(), TrainError> {
    settings.validate()?;
    settings.model_checks.read_sentences(&dataset.labelling)?;
    let split = split(dataset, settings)?;
    require_rows(dataset, settings)?;
    if settings.cross_validation.is_on() {
        cross_validation::assign_folds(dataset, &split, settings)?;
    }

    let train = Subset::weighted(dataset, &split.train, settings)?;
    Vectorizer::fit(&train.texts, &settings.features)?;
    Ok(())
}

/// Checks that not more rows are left out than the gate allows.
#[expect(
    clippy::cast_precision_loss,
    reason = "rows of a source are far below 2^52"
)]
fn require_rows(dataset: &Dataset, settings: &Settings) -> Result<(), TrainError> {
    let left_out = dataset.left_out(settings.undecided);
    let (rows, limit) = (dataset.texts.len(), settings.gate.max_left_out);
    if left_out.rows() as f64 <= limit * rows as f64 {
        return Ok(());
    }

    Err(TrainError::TooManyLeftOut {
        left_out,
        rows,
        limit,
    })
}

/// Threshold of a pipeline, and its metrics at the threshold.
///
/// They come from the single-precision weights of the model file, so that the report describes the
/// file.
struct Measured {
    threshold: f32,
    alternatives: Vec<ThresholdAlternative>,
    validation_metrics: Metrics,
    test_metrics: Metrics,
    test_calibration: Calibration,
    test_probabilities: Vec<f32>,
}

impl Measured {
    /// Chooses the threshold on the validation subset, and measures both subsets.
    fn new(
        predictor: &Predictor,
        validation: &Subset,
        test: &Subset,
        settings: &Settings,
    ) -> Result<Self, TrainError> {
        let validation_probabilities = validation.probabilities(predictor);
        let test_probabilities = test.probabilities(predictor);

        let pipeline = predictor.pipeline();
        let choose = |rule, unknown_texts: UnknownTexts| {
            let above = unknown_texts.bound(pipeline);
            choose_threshold(
                &validation_probabilities,
                &validation.labels,
                ThresholdChoice { rule, above },
            )
        };

        let (rule, unknown_texts) = (settings.threshold, settings.unknown_texts);
        let threshold = choose(rule, unknown_texts).ok_or_else(|| TrainError::NoThreshold {
            rule,
            above: unknown_texts.bound(pipeline),
            texts: validation.labels.len(),
        })?;

        let others = ALTERNATIVES
            .into_iter()
            .filter(|&other| other != (rule, unknown_texts))
            .filter_map(|(rule, unknown_texts)| {
                let threshold = choose(rule, unknown_texts)?;
                let matrix = ConfusionMatrix::compute(&test_probabilities, &test.labels, threshold);
                Some(ThresholdAlternative {
                    rule,
                    unknown_texts,
                    threshold,
                    precision: matrix.precision(),
                    recall: matrix.recall(),
                    f1: matrix.f1(),
                })
            });

        Ok(Self {
            alternatives: others.collect(),
            threshold,
            validation_metrics: Metrics::compute(
                &validation_probabilities,
                &validation.labels,
                threshold,
            ),
            test_metrics: Metrics::compute(&test_probabilities, &test.labels, threshold),
            test_calibration: Calibration::compute(&test_probabilities, &test.labels),
            test_probabilities,
        })
    }
}

/// Everything that is known about a run before its evaluation.
struct Run<'a> {
    dataset: &'a Dataset,
    settings: &'a Settings,
    split: Split,
    token_coverage: Option<TokenCoverage>,
    fit: Fit,
    origin: Option<Origin>,
    platt_scaling: Option<PlattScaling>,
    measured: Measured,
}

impl Run<'_> {
    /// Metadata of the model file.
    fn metadata(&self) -> BTreeMap<String, String> {
        let metadata = ModelMetadata {
            origin: self.origin.as_ref(),
            counts: self.counts(),
            metrics: &self.measured.test_metrics,
            calibration: &self.measured.test_calibration,
        };
        metadata.entries(self.dataset, self.settings)
    }

    /// Texts of the training, validation and test subset.
    fn counts(&self) -> [Counts; 3] {
        let Split {
            train,
            validation,
            test,
            ..
        } = &self.split;
        [train, validation, test].map(|rows| Counts::count(self.dataset, rows))
    }

    fn finish(self, pipeline: Pipeline, results: EvaluationResults) -> Trained {
        let [train, validation, test] = self.counts();
        let is_undecided = |label: &&Option<Label>| **label == Some(Label::CantDecide);
        let undecided_rows = self.dataset.labels.iter().filter(is_undecided).count();

        let report = Report {
            name: self.settings.name.clone(),
            fingerprint: fingerprint(&self.dataset.digest, self.settings, self.origin.as_ref()),
            tool_version: TOOL_VERSION.to_owned(),
            data_digest: self.dataset.digest.clone(),
            settings_digest: self.settings.digest(),
            labels: self.dataset.labelling.names.clone(),
            undecided_rows,
            left_out: self.dataset.left_out(self.settings.undecided),
            train,
            validation,
            test,
            near_duplicates: results.near_duplicates,
            token_coverage: self.token_coverage,
            moved_rows: self.split.moved,
            fit: self.fit,
            fitted_elsewhere: self.origin,
            platt_scaling: self.platt_scaling,
            threshold: self.measured.threshold,
            threshold_alternatives: self.measured.alternatives,
            validation_metrics: self.measured.validation_metrics,
            test_metrics: self.measured.test_metrics,
            test_intervals: results.intervals,
            test_calibration: self.measured.test_calibration,
            baselines: results.baselines,
            slices: results.slices,
            model_checks: results.model_checks,
            case_sensitivity: Some(results.case_sensitivity)
                .filter(|sensitivity| sensitivity.is_high()),
            cross_validation: results.cross_validation,
            learning_curve: results.learning_curve,
            search: None,
        };
        Trained {
            pipeline,
            report,
            settings: self.settings.clone(),
            split: self.split,
            test_probabilities: self.measured.test_probabilities,
            profile: results.profile,
        }
    }
}
