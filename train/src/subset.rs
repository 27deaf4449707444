//! The side of the split that measures, with what the model says of it.

use rayon::prelude::*;
use relevance_data::Dataset;
use relevance_pipeline::{Prediction, Predictor, ScoreBuffer};

/// Texts that training never saw, their labels and the model's answers; place by place, `[texts]` each.
#[derive(Clone, Copy, Debug)]
pub struct TestSubset<'a> {
    /// The texts as they stand in the source.
    pub texts: &'a [&'a str],
    /// Whether a person called the text relevant.
    pub labels: &'a [bool],
    /// The model's probability that it is, 0 to 1.
    pub probabilities: &'a [f32],
}

/// One side of the split.
pub(crate) struct Side<'a> {
    pub(crate) texts: Vec<&'a str>,
    pub(crate) labels: Vec<bool>,
}

impl<'a> Side<'a> {
    pub(crate) fn of(dataset: &'a Dataset, places: &[u32]) -> Self {
        Self {
            texts: places.iter().map(|&place| dataset.text(place)).collect(),
            labels: places
                .iter()
                .map(|&place| dataset.is_relevant(place))
                .collect(),
        }
    }

    /// What [`Pipeline::logit`] gives for each text.
    pub(crate) fn logits(&self, predictor: &Predictor) -> Vec<f64> {
        let logit = |buffer: &mut ScoreBuffer, text: &&str| predictor.logit(text, buffer);
        self.texts
            .par_iter()
            .map_init(ScoreBuffer::default, logit)
            .collect()
    }

    /// What [`Pipeline::predict`] gives for each text.
    pub(crate) fn probabilities(&self, predictor: &Predictor) -> Vec<f32> {
        let threshold = predictor.pipeline().threshold();
        let probability = |logit| Prediction::from_logit(logit, threshold).probability;
        self.logits(predictor)
            .into_par_iter()
            .map(probability)
            .collect()
    }
}
