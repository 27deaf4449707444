//! Vocabulary and linear model, fitted on the training subset or elsewhere.

use std::collections::BTreeMap;

use relevance_pipeline::{CharacterParts, Labels, Pipeline, PipelineParts, Predictor, Vocabulary};

use super::rows::SparseRows;
use super::solver::{self, LinearModel};
use super::to_single_precision;
use super::vectorizer::{BeyondLimit, Vectorizer};
use crate::error::TrainError;
use crate::progress::Observer;
use crate::settings::Settings;
use crate::subset::Subset;

/// A fitted pipeline whose threshold and metadata are still to come.
pub(crate) struct Fitted {
    /// The pipeline so far.
    pub(crate) parts: PipelineParts,
    /// Frequent terms that the limits of the settings left out.
    pub(crate) beyond_limit: BeyondLimit,
    /// The solver's objective at the end, if the fit was here.
    pub(crate) objective: Option<f64>,
    model: LinearModel,
}

impl Fitted {
    /// Fits on a subset.
    pub(crate) fn fit(
        subset: &Subset,
        settings: &Settings,
        observer: &dyn Observer,
    ) -> Result<Self, TrainError> {
        let (fitted, ()) = Self::fit_beside(subset, settings, observer, |_, _| ())?;
        Ok(fitted)
    }

    /// Fits on a subset, and runs `beside` with its rows and vocabulary in parallel with the
    /// solver.
    pub(crate) fn fit_beside<T: Send>(
        subset: &Subset,
        settings: &Settings,
        observer: &dyn Observer,
        beside: impl FnOnce(&SparseRows, Option<&Vocabulary>) -> T + Send,
    ) -> Result<(Self, T), TrainError> {
        let Vectorizer {
            vocabulary,
            characters,
            beyond_limit,
            rows,
        } = Vectorizer::fit_observed(&subset.texts, &settings.features, observer)?;

        let (fitted, beside) = rayon::join(
            || solver::fit_observed(&rows, subset.targets(), &settings.solver, observer),
            || beside(&rows, vocabulary.as_ref()),
        );
        let (model, objective) = fitted?;

        let words = vocabulary.as_ref().map_or(0, Vocabulary::len);
        let (idf, character_idf) = rows.idf().split_at(words);
        let (coefficients, character_coefficients) = model.coefficients.split_at(words);
        let parts = PipelineParts {
            features: settings.features.pipeline(),
            vocabulary: vocabulary.map_or_else(Vec::new, Vocabulary::into_terms),
            idf: to_single_precision(idf),
            coefficients: to_single_precision(coefficients),
            characters: characters.map(|vocabulary| CharacterParts {
                settings: settings.features.characters(),
                ngrams: vocabulary.into_ngrams(),
                idf: to_single_precision(character_idf),
                coefficients: to_single_precision(character_coefficients),
            }),
            intercept: to_single_precision(&[model.intercept])[0],
            threshold: 0.5,
            labels: Labels::default(),
            metadata: BTreeMap::new(),
        };
        let fitted = Self {
            parts,
            beyond_limit,
            objective: Some(objective),
            model,
        };
        Ok((fitted, beside))
    }

    /// Logit of each text of a subset.
    pub(crate) fn logits(&self, subset: &Subset) -> Result<Vec<f64>, TrainError> {
        let pipeline = Pipeline::try_from(self.parts.clone())?;
        Ok(subset.logits(&Predictor::new(&pipeline)))
    }

    /// Replaces every logit `z` by `slope` × `z` + `offset`, through coefficients and intercept.
    pub(crate) fn scale_logits(&mut self, slope: f64, offset: f64) {
        for coefficient in &mut self.model.coefficients {
            *coefficient *= slope;
        }
        self.model.intercept = slope * self.model.intercept + offset;

        let words = self.parts.vocabulary.len();
        let (coefficients, character_coefficients) = self.model.coefficients.split_at(words);
        self.parts.coefficients = to_single_precision(coefficients);
        if let Some(characters) = &mut self.parts.characters {
            characters.coefficients = to_single_precision(character_coefficients);
        }
        self.parts.intercept = to_single_precision(&[self.model.intercept])[0];
    }
}

impl From<Pipeline> for Fitted {
    /// Takes a pipeline that was fitted elsewhere.
    fn from(pipeline: Pipeline) -> Self {
        let coefficients = pipeline.terms().map(|term| f64::from(term.coefficient));
        let model = LinearModel {
            coefficients: coefficients.collect(),
            intercept: f64::from(pipeline.intercept()),
        };
        Self {
            parts: pipeline.into(),
            beyond_limit: BeyondLimit::default(),
            objective: None,
            model,
        }
    }
}
