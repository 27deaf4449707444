//! A pipeline of a training run before its threshold: fitted here, or elsewhere.

use relevance_data::{Dataset, Split};
use relevance_pipeline::{Labels, Pipeline};

use crate::error::TrainError;
use crate::evaluate::baseline::BaselineRules;
use crate::evaluate::calibration::PlattScaling;
use crate::evaluate::token_coverage::TokenCoverage;
use crate::fit::elsewhere::{FittedElsewhere, Origin};
use crate::fit::fitted::Fitted;
use crate::fit::settings::FeatureTraining;
use crate::fit::vectorizer::Vectorizer;
use crate::progress::Observer;
use crate::report::training_report::Fit;
use crate::settings::Settings;
use crate::subset::Subset;

/// Data and settings of a run.
#[derive(Clone, Copy)]
pub(crate) struct RunInputs<'a> {
    pub(crate) dataset: &'a Dataset,
    pub(crate) settings: &'a Settings,
    pub(crate) split: &'a Split,
    pub(crate) validation: &'a Subset<'a>,
}

/// A pipeline that was fitted on the training subset, without its threshold and metadata.
pub(crate) struct FittedPipeline {
    pub(crate) pipeline: Pipeline,
    pub(crate) token_coverage: Option<TokenCoverage>,
    pub(crate) fit: Fit,
    pub(crate) origin: Option<Origin>,
    pub(crate) platt_scaling: Option<PlattScaling>,
    pub(crate) baseline_rules: BaselineRules,
}

impl FittedPipeline {
    /// Fits on the training subset, and calibrates on the validation subset if the settings say so.
    pub(crate) fn fit(inputs: RunInputs, observer: &dyn Observer) -> Result<Self, TrainError> {
        let settings = inputs.settings;
        let train = Subset::weighted(inputs.dataset, &inputs.split.train, settings)?;
        let (fitted, baseline_rules) =
            Fitted::fit_beside(&train, settings, observer, |rows, vocabulary| {
                BaselineRules::fit(rows, &train.labels, vocabulary, &settings.features)
            })?;

        let token_coverage = low_token_coverage(&train, settings);
        drop(train);
        let fit = Fit {
            solver: Some(settings.solver.kind),
            objective: fitted.objective,
            beyond_limit: fitted.beyond_limit,
            ..Fit::count(&fitted.parts)
        };
        let (pipeline, platt_scaling) = calibrate(fitted, inputs)?;
        Ok(Self {
            pipeline,
            token_coverage,
            fit,
            origin: None,
            platt_scaling,
            baseline_rules,
        })
    }

    /// Takes a pipeline that was fitted elsewhere, and calibrates it on the validation subset if the
    /// settings say so.
    pub(crate) fn elsewhere(
        elsewhere: &FittedElsewhere,
        inputs: RunInputs,
    ) -> Result<Self, TrainError> {
        require_labels(elsewhere.pipeline.labels(), inputs.dataset)?;
        let train = Subset::new(inputs.dataset, &inputs.split.train);
        let baseline_rules = baseline_rules(&train, inputs.settings)?;
        let token_coverage = low_token_coverage(&train, inputs.settings);

        let fitted = Fitted::from(elsewhere.pipeline.clone());
        let fit = Fit::count(&fitted.parts);
        let (pipeline, platt_scaling) = calibrate(fitted, inputs)?;
        Ok(Self {
            pipeline,
            token_coverage,
            fit,
            origin: Some(elsewhere.origin.clone()),
            platt_scaling,
            baseline_rules,
        })
    }
}

/// Checks that a pipeline has the labels of the examples, or the default ones.
fn require_labels(labels: &Labels, dataset: &Dataset) -> Result<(), TrainError> {
    let examples = &dataset.labelling.names;
    if labels == examples || *labels == Labels::default() {
        return Ok(());
    }

    Err(TrainError::OtherLabels {
        pipeline: labels.clone(),
        examples: examples.clone(),
    })
}

/// Chooses the rules without a model on all terms of the training subset.
fn baseline_rules(train: &Subset, settings: &Settings) -> Result<BaselineRules, TrainError> {
    let features = FeatureTraining {
        min_document_frequency: 1,
        char_min_document_frequency: 1,
        ..settings.features.clone()
    };
    let Vectorizer {
        vocabulary, rows, ..
    } = Vectorizer::fit(&train.texts, &features)?;

    Ok(BaselineRules::fit(
        &rows,
        &train.labels,
        vocabulary.as_ref(),
        &features,
    ))
}

/// Measures the coverage of the training texts by tokens; `None` where it is enough, or where
/// character n-grams cover what tokens do not.
fn low_token_coverage(train: &Subset, settings: &Settings) -> Option<TokenCoverage> {
    let features = &settings.features;
    if features.analyzer.has_characters() {
        return None;
    }

    let coverage = TokenCoverage::measure(&train.texts, features.token_characters);
    coverage.is_low().then_some(coverage)
}

/// Returns the pipeline with the labels of the examples, its probabilities calibrated on the
/// validation subset inside the linear model if the settings say so.
///
/// They are left as they are when the model ranks the texts no better than chance, since calibration
/// would turn their order round.
fn calibrate(
    mut fitted: Fitted,
    inputs: RunInputs,
) -> Result<(Pipeline, Option<PlattScaling>), TrainError> {
    let RunInputs {
        dataset,
        settings,
        validation,
        ..
    } = inputs;
    fitted.parts.labels.clone_from(&dataset.labelling.names);
    if !settings.calibrate {
        return Ok((fitted.parts.try_into()?, None));
    }

    let logits = fitted.logits(validation)?;
    let scaling = PlattScaling::fit(&logits, &validation.labels);
    let scaling = (scaling.slope > 0.0).then_some(scaling);
    if let Some(PlattScaling { slope, offset }) = scaling {
        fitted.scale_logits(slope, offset);
    }
    Ok((fitted.parts.try_into()?, scaling))
}
