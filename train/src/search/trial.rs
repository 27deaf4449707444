//! The cross-validated metric of one candidate, for each weight of the penalty.

use rayon::prelude::*;
use relevance_data::Dataset;
use relevance_pipeline::{
    CharacterScorer, Coefficients, ScoreBuffer, Scorer, Vocabulary, WordScorer,
};

use super::candidates::Candidate;
use super::report::Score;
use super::settings::SearchMetric;
use crate::error::TrainError;
use crate::fit::solver::{LinearModel, SparseLogisticRegression};
use crate::fit::to_single_precision;
use crate::fit::vectorizer::Vectorizer;
use crate::settings::Settings;
use crate::subset::Subset;

/// Tolerance of the fits: a closer optimum changes no metric by what tells settings apart.
const TOLERANCE: f64 = 1e-5;

/// What trials have in common.
pub(super) struct Trials<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) settings: &'a Settings,
    /// Decreasing, so that each fit starts near its optimum.
    pub(super) alphas: Vec<f64>,
    pub(super) metric: SearchMetric,
}

impl Trials<'_> {
    /// Fits on all but one of the folds, for each of them, and measures on that one.
    ///
    /// # Errors
    /// When the candidate has no frequent term in a fold, or the solver fails.
    pub(super) fn run(
        &self,
        candidate: &Candidate,
        folds: &[Vec<u32>],
    ) -> Result<Score, TrainError> {
        let settings = candidate.apply(self.settings);
        let values = (0..folds.len())
            .into_par_iter()
            .map(|fold| self.fold_values(folds, fold, &settings))
            .collect::<Result<Vec<_>, _>>()?;

        let means = (0..self.alphas.len()).map(|alpha| mean(values.iter().map(|fold| fold[alpha])));
        let scores = self.alphas.iter().zip(means);
        let scores = scores.map(|(&alpha, value)| Score { alpha, value });
        let better = |best: Score, score: Score| {
            if self.metric.is_better(score.value, best.value) {
                score
            } else {
                best
            }
        };
        Ok(scores
            .reduce(better)
            .expect("there is a weight of the penalty"))
    }

    /// Metric on one fold for each weight of the penalty.
    fn fold_values(
        &self,
        folds: &[Vec<u32>],
        fold: usize,
        settings: &Settings,
    ) -> Result<Vec<f64>, TrainError> {
        let mut others = [&folds[..fold], &folds[fold + 1..]].concat().concat();
        others.sort_unstable();
        let train = Subset::weighted(self.dataset, &others, settings)?;
        let held_out = Subset::new(self.dataset, &folds[fold]);

        let vectorizer = Vectorizer::fit(&train.texts, &settings.features)?;
        let solver = SparseLogisticRegression {
            tolerance: TOLERANCE,
            ..SparseLogisticRegression::from(&settings.solver)
        };
        let models = solver.fit_path(&vectorizer.rows, train.targets(), &self.alphas)?;

        let words = vectorizer.vocabulary.as_ref().map_or(0, Vocabulary::len);
        let scorer = scorer(vectorizer, settings);
        let values = models.iter().map(|model| {
            let logits = logits(&scorer, model, words, &held_out.texts);
            self.metric.compute(&logits, &held_out.labels)
        });
        Ok(values.collect())
    }
}

fn scorer(vectorizer: Vectorizer, settings: &Settings) -> Scorer {
    let Vectorizer {
        vocabulary,
        characters,
        rows,
        ..
    } = vectorizer;
    let idf = to_single_precision(rows.idf());
    let (idf, character_idf) = idf.split_at(vocabulary.as_ref().map_or(0, Vocabulary::len));

    let features = &settings.features;
    let words = vocabulary
        .map(|vocabulary| WordScorer::new(&vocabulary, features.pipeline(), idf.to_vec()));
    let characters = characters.map(|vocabulary| {
        CharacterScorer::new(&vocabulary, features.characters(), character_idf.to_vec())
    });
    Scorer::new(words, characters)
}

/// Logits of texts by a model whose first `words` coefficients are those of the terms of tokens.
fn logits(scorer: &Scorer, model: &LinearModel, words: usize, texts: &[&str]) -> Vec<f64> {
    let coefficients = to_single_precision(&model.coefficients);
    let (words, characters) = coefficients.split_at(words);
    let coefficients = Coefficients { words, characters };

    let logit = |buffer: &mut ScoreBuffer, text: &&str| {
        scorer.project(text, coefficients, buffer).product + model.intercept
    };
    let texts = texts.par_iter();
    texts.map_init(ScoreBuffer::default, logit).collect()
}

#[expect(clippy::cast_precision_loss, reason = "there are few folds")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
