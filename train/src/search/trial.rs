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
use crate::evaluate::spread::{mean, standard_deviation};
use crate::fit::solver::{LinearModel, SparseLogisticRegression};
use crate::fit::to_single_precision;
use crate::fit::vectorizer::Vectorizer;
use crate::settings::Settings;
use crate::split::rows_of_others;
use crate::subset::Subset;

/// Tolerance of the fits: a closer optimum changes no metric by what tells settings apart.
const TOLERANCE: f64 = 1e-5;

/// Inputs of all trials.
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

        Ok(self.choose(&values))
    }

    /// Chooses the strongest penalty that is as good as the best one, within the standard error of
    /// the difference between the two over the folds: `values` are `[folds][alphas]`.
    ///
    /// This is the one-standard-error rule (Breiman et al. 1984) on paired values.
    fn choose(&self, values: &[Vec<f64>]) -> Score {
        let score = |index: usize| Score {
            alpha: self.alphas[index],
            value: mean(values.iter().map(|fold| fold[index])),
        };
        let scores: Vec<Score> = (0..self.alphas.len()).map(score).collect();
        let order = |left: &usize, right: &usize| {
            let [left, right] = [left, right].map(|&index| Some(scores[index].value));
            self.metric.order(left, right)
        };
        let best = (0..scores.len()).min_by(order).expect("there is a penalty");

        #[expect(clippy::cast_precision_loss, reason = "there are few folds")]
        let folds = values.len() as f64;
        let is_as_good = |&index: &usize| {
            let differences = values.iter().map(|fold| fold[index] - fold[best]);
            let standard_error = standard_deviation(differences.clone()) / folds.sqrt();
            mean(differences).abs() <= standard_error
        };
        let chosen = (0..best).find(is_as_good).unwrap_or(best);
        scores[chosen]
    }

    /// Metric on one fold for each weight of the penalty.
    fn fold_values(
        &self,
        folds: &[Vec<u32>],
        fold: usize,
        settings: &Settings,
    ) -> Result<Vec<f64>, TrainError> {
        let others = rows_of_others(folds, fold);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_penalty_within_the_standard_error_is_chosen() {
        let dataset = Dataset::default();
        let settings = Settings::default();
        let trials = |metric| Trials {
            dataset: &dataset,
            settings: &settings,
            alphas: vec![10.0, 1.0, 0.1],
            metric,
        };

        // The differences to the best are 0.05 ± 0.1 and 0.5 ± 0.01.
        let values = [
            vec![0.7, 0.2, 0.2],
            vec![0.7, 0.45, 0.2],
            vec![0.73, 0.1, 0.2],
        ];
        let score = trials(SearchMetric::LogLoss).choose(&values);
        assert_eq!(score.alpha.to_bits(), 1.0_f64.to_bits());
        assert!((score.value - 0.25).abs() < 1e-12);

        let score = trials(SearchMetric::RocAuc).choose(&values);
        assert_eq!(score.alpha.to_bits(), 10.0_f64.to_bits());

        let clear = [vec![0.7, 0.5, 0.2], vec![0.7, 0.5, 0.2]];
        let score = trials(SearchMetric::LogLoss).choose(&clear);
        assert_eq!(score.alpha.to_bits(), 0.1_f64.to_bits());
    }
}
