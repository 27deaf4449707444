//! Subsets of a split: their texts and labels, and the model's predictions for them.

use rayon::prelude::*;
use relevance_data::Dataset;
use relevance_pipeline::{Prediction, Predictor, ScoreBuffer};

use crate::error::TrainError;
use crate::fit::targets::Targets;
use crate::fit::weights::row_weights;
use crate::settings::Settings;

/// Texts of the test subset with their labels and predictions: `[texts]` each.
#[derive(Clone, Copy, Debug)]
pub struct TestSubset<'a> {
    /// The texts as they are in the source.
    pub texts: &'a [&'a str],
    /// Whether a text is labelled relevant.
    pub labels: &'a [bool],
    /// The model's probability that a text is relevant, 0 to 1.
    pub probabilities: &'a [f32],
}

/// Texts and labels of one subset: `[texts]` each.
pub(crate) struct Subset<'a> {
    pub(crate) texts: Vec<&'a str>,
    pub(crate) labels: Vec<bool>,
    /// Weights in the fit; none for a weight of 1 each.
    weights: Option<Vec<f64>>,
}

impl<'a> Subset<'a> {
    /// Takes the rows with these indexes.
    pub(crate) fn new(dataset: &'a Dataset, indexes: &[u32]) -> Self {
        let texts = indexes.iter().map(|&index| dataset.text(index));
        let labels = indexes.iter().map(|&index| dataset.is_relevant(index));
        Self {
            texts: texts.collect(),
            labels: labels.collect(),
            weights: None,
        }
    }

    /// Takes the rows with these indexes, and their weights by the settings.
    ///
    /// # Errors
    /// When the column of the weights has a value that is none.
    pub(crate) fn weighted(
        dataset: &'a Dataset,
        indexes: &[u32],
        settings: &Settings,
    ) -> Result<Self, TrainError> {
        let subset = Self::new(dataset, indexes);
        let weights = row_weights(dataset, indexes, &subset.labels, settings)?;
        Ok(Self { weights, ..subset })
    }

    /// Labels and weights for the solver.
    pub(crate) fn targets(&self) -> Targets<'_> {
        Targets {
            labels: &self.labels,
            weights: self.weights.as_deref(),
        }
    }

    /// Logit of each text.
    pub(crate) fn logits(&self, predictor: &Predictor) -> Vec<f64> {
        let logit = |buffer: &mut ScoreBuffer, text: &&str| predictor.logit(text, buffer);
        self.texts
            .par_iter()
            .map_init(ScoreBuffer::default, logit)
            .collect()
    }

    /// Probability of each text.
    pub(crate) fn probabilities(&self, predictor: &Predictor) -> Vec<f32> {
        let threshold = predictor.pipeline().threshold();
        let probability = |logit| Prediction::from_logit(logit, threshold).probability;
        self.logits(predictor)
            .into_par_iter()
            .map(probability)
            .collect()
    }
}
