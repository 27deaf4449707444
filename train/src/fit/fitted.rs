//! Everything that is fitted on the training subset.

use std::collections::BTreeMap;

use linfa::DatasetBase;
use relevance_pipeline::{Labels, Pipeline, PipelineParts, Predictor};

use super::solver::{self, LinearModel};
use super::vectorizer::Vectorizer;
use crate::error::TrainError;
use crate::evaluate::baseline::BaselineRules;
use crate::evaluate::calibration::PlattScaling;
use crate::progress::Observer;
use crate::report::training_report::Fit;
use crate::settings::Settings;
use crate::subset::Side;

/// What the training side gives.
pub(crate) struct Fitted {
    /// A pipeline whose threshold and metadata are still to come.
    pub(crate) parts: PipelineParts,
    model: LinearModel,
    pub(crate) fit: Fit,
    pub(crate) baselines: BaselineRules,
}

impl Fitted {
    pub(crate) fn of(
        side: &Side,
        settings: &Settings,
        observer: &dyn Observer,
    ) -> Result<Self, TrainError> {
        let vectorizer = Vectorizer::fit_observed(&side.texts, &settings.features, observer)?;
        let rows = DatasetBase::new(vectorizer.rows, side.labels.iter().copied().collect());
        let (fitted, baselines) = rayon::join(
            || solver::fit_observed(&rows, &settings.solver, observer),
            || BaselineRules::fit(&rows, &vectorizer.vocabulary, &settings.features),
        );
        let (model, objective) = fitted?;
        let fit = Fit {
            solver: settings.solver.kind,
            vocabulary: vectorizer.vocabulary.len(),
            objective,
        };
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
        Ok(Self {
            parts,
            model,
            fit,
            baselines,
        })
    }

    /// Folds the line that calibrates the probabilities of `side` into coefficients and intercept.
    pub(crate) fn calibrate(&mut self, side: &Side) -> Result<PlattScaling, TrainError> {
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

#[expect(clippy::cast_possible_truncation, reason = "the model file holds f32")]
fn single(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|&number| number as f32).collect()
}
