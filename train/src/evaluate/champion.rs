//! Champion/challenger comparison: the predictions of two models on the same rows.

use std::fmt;

use rayon::prelude::*;
use relevance_pipeline::{Pipeline, Prediction, Predictor, ScoreBuffer};
use serde::{Deserialize, Serialize};

use super::intervals::{self, Intervals, Scores};
use super::metrics::Metrics;

/// Seed of the resamples for the intervals of differences.
const DIFFERENCES_SEED: u64 = 42;

/// A frozen test row; in its file a line of JSON: `{"row": 17, "text": "…", "relevant": true}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenRow {
    /// Number of the row in its source, from 1.
    pub row: u64,
    /// The text.
    pub text: String,
    /// Its label.
    pub relevant: bool,
}

/// Metrics of a candidate and of the production model on rows that neither was trained on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChampionComparison {
    /// Metrics of the candidate at its threshold.
    pub candidate: Metrics,
    /// Metrics of the production model at its own threshold.
    pub production: Metrics,
    /// Predictions that the production model has wrong and the candidate right.
    pub became_right: u64,
    /// Predictions that the production model has right and the candidate wrong.
    pub became_wrong: u64,
    /// p-value of [McNemar's exact test](mcnemar) on the two counts.
    pub p_value: f64,
    /// 95 % bootstrap intervals of the candidate's metrics minus the production model's, where the
    /// rows have fewer than [`ENOUGH_TEXTS`](intervals::ENOUGH_TEXTS) of a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Intervals>,
    /// The candidate's time for a text divided by the production model's.
    pub slowdown: f64,
}

/// Differences between the predictions of two models for the same rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictionChanges {
    /// Number of compared rows.
    pub rows: usize,
    /// Predictions that the first model has wrong and the second right.
    pub became_right: u64,
    /// Predictions that the first model has right and the second wrong.
    pub became_wrong: u64,
    /// p-value of [McNemar's exact test](mcnemar) on the two counts.
    pub p_value: f64,
    /// The changed predictions, in the order of the rows.
    pub changed: Vec<ChangedPrediction>,
}

/// A row for which two models predict different labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedPrediction {
    /// The row with its label.
    #[serde(flatten)]
    pub row: FrozenRow,
    /// Prediction of the first model.
    pub from: Prediction,
    /// Prediction of the second model.
    pub to: Prediction,
}

/// McNemar's exact test (McNemar 1947): the two-sided p-value of `first` and `second` discordant
/// pairs.
///
/// It is the probability that `first + second` fair coins fall at least as unevenly; 1 without
/// discordant pairs.
#[must_use]
pub fn mcnemar(first: u64, second: u64) -> f64 {
    let (fewer, all) = (first.min(second), first + second);
    #[expect(clippy::cast_precision_loss, reason = "rows are far fewer than 2^53")]
    let float = |count: u64| count as f64;

    let log_binomial: f64 = (1..=fewer)
        .map(|index| (float(all - fewer + index) / float(index)).ln())
        .sum();
    let most_likely = (log_binomial - float(all) * std::f64::consts::LN_2).exp();

    // Each term of the tail is computed from the one before, so that no factorial overflows.
    let tail = (1..=fewer).rev().scan(1.0, |term, index| {
        *term *= float(index) / float(all - index + 1);
        (*term > f64::EPSILON * f64::EPSILON).then_some(*term)
    });
    (2.0 * most_likely * (1.0 + tail.sum::<f64>())).min(1.0)
}

impl ChampionComparison {
    /// Compares a candidate with the production model on `rows`, at least one.
    #[must_use]
    pub fn compute(
        production: &Pipeline,
        candidate: &Pipeline,
        rows: &[FrozenRow],
        slowdown: f64,
    ) -> (Self, PredictionChanges) {
        let labels: Vec<bool> = rows.iter().map(|row| row.relevant).collect();
        let from = predict_rows(production, rows);
        let to = predict_rows(candidate, rows);
        let changes = PredictionChanges::from_predictions(rows, &from, &to);

        let probabilities = [&from, &to].map(|predictions| {
            let probabilities = predictions.iter().map(|it| it.probability);
            probabilities.collect::<Vec<f32>>()
        });
        let thresholds = [production.threshold(), candidate.threshold()];
        let [first, second] = [0, 1].map(|model| Scores {
            probabilities: &probabilities[model],
            threshold: thresholds[model],
        });

        let metrics =
            |scores: Scores| Metrics::compute(scores.probabilities, &labels, scores.threshold);
        let relevant = labels.iter().filter(|&&label| label).count();
        let are_few = intervals::are_few(relevant, labels.len() - relevant);
        let comparison = Self {
            candidate: metrics(second),
            production: metrics(first),
            differences: are_few
                .then(|| Intervals::of_differences(first, second, &labels, DIFFERENCES_SEED)),
            became_right: changes.became_right,
            became_wrong: changes.became_wrong,
            p_value: changes.p_value,
            slowdown,
        };
        (comparison, changes)
    }
}

impl ChangedPrediction {
    /// Whether the second model predicts the label of the row.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.to.relevant == self.row.relevant
    }
}

impl PredictionChanges {
    /// Compares the predictions of two models for `rows`.
    #[must_use]
    pub fn compute(from: &Pipeline, to: &Pipeline, rows: &[FrozenRow]) -> Self {
        Self::from_predictions(rows, &predict_rows(from, rows), &predict_rows(to, rows))
    }

    /// Compares predictions of two models for the same rows: `[rows]` each.
    fn from_predictions(rows: &[FrozenRow], from: &[Prediction], to: &[Prediction]) -> Self {
        let changed: Vec<ChangedPrediction> = rows
            .iter()
            .zip(from.iter().zip(to))
            .filter(|(_, (from, to))| from.relevant != to.relevant)
            .map(|(row, (&from, &to))| ChangedPrediction {
                row: row.clone(),
                from,
                to,
            })
            .collect();

        let became_right = changed.iter().filter(|change| change.is_right()).count() as u64;
        let became_wrong = changed.len() as u64 - became_right;
        Self {
            rows: rows.len(),
            became_right,
            became_wrong,
            p_value: mcnemar(became_right, became_wrong),
            changed,
        }
    }

    /// Number of changed predictions, also when `changed` holds only some of them.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        self.became_right + self.became_wrong
    }
}

impl fmt::Display for PredictionChanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rows,
            became_right,
            became_wrong,
            p_value,
            changed,
        } = self;
        writeln!(
            formatter,
            "predictions: {} of {rows} changed, {became_right} became right and {became_wrong} \
             wrong (McNemar p = {p_value:.4})",
            self.changes()
        )?;

        for change in changed {
            let ChangedPrediction { row, from, to } = change;
            let outcome = if change.is_right() { "right" } else { "wrong" };
            let (from, to) = (from.probability, to.probability);
            writeln!(
                formatter,
                "  row {} became {outcome}, {from:.4} → {to:.4}: {:?}",
                row.row, row.text
            )?;
        }
        Ok(())
    }
}

/// Predictions of a model for each row: `[rows]`.
fn predict_rows(pipeline: &Pipeline, rows: &[FrozenRow]) -> Vec<Prediction> {
    let predictor = Predictor::new(pipeline);
    let predict = |buffer: &mut ScoreBuffer, row: &FrozenRow| predictor.predict(&row.text, buffer);
    rows.par_iter()
        .map_init(ScoreBuffer::default, predict)
        .collect()
}

#[cfg(test)]
mod tests {
    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    /// A model that predicts relevant for a text with `term`.
    fn knows(term: &str) -> Pipeline {
        let parts = PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: vec![term.to_owned()],
            idf: vec![1.0],
            coefficients: vec![4.0],
            characters: None,
            intercept: -2.0,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: [].into(),
        };

        parts.try_into().unwrap()
    }

    fn row(row: u64, text: &str, relevant: bool) -> FrozenRow {
        FrozenRow {
            row,
            text: text.to_owned(),
            relevant,
        }
    }

    #[test]
    fn mcnemar_gives_the_values_of_exact_fractions() {
        for (first, second, want) in [
            (0, 0, 1.0),
            (0, 1, 1.0),
            (0, 6, 0.03125),
            (1, 5, 0.21875),
            (5, 1, 0.21875),
            (10, 2, 0.038_574_218_75),
            (4, 4, 1.0),
            (59, 6, 4.964_650_327_128_617e-12),
            (121, 59, 4.434_449_263_755_176e-6),
            (5000, 5300, 0.003_215_819_673_645_239),
            (300, 1500, 1.454_879_699_793_644_3e-191),
        ] {
            let got = mcnemar(first, second);
            assert!(
                (got - want).abs() <= 1e-10 * want,
                "{first} and {second}: got {got:e}, want {want:e}"
            );
        }
    }

    #[test]
    fn changed_predictions_are_counted_as_became_right_or_wrong() {
        let rows = [
            row(0, "flood", true),
            row(3, "fire", true),
            row(4, "fire", false),
            row(7, "flood fire", true),
            row(9, "neither", true),
        ];
        let changes = PredictionChanges::compute(&knows("flood"), &knows("fire"), &rows);

        let counts = (changes.rows, changes.became_right, changes.became_wrong);
        assert_eq!(counts, (5, 1, 2));
        assert_eq!(changes.p_value.to_bits(), 1.0_f64.to_bits());
        let indexes: Vec<u64> = changes
            .changed
            .iter()
            .map(|change| change.row.row)
            .collect();
        assert_eq!(indexes, [0, 3, 4]);

        let text = changes.to_string();
        let first_line =
            "predictions: 3 of 5 changed, 1 became right and 2 wrong (McNemar p = 1.0000)\n";
        assert!(text.starts_with(first_line), "{text}");
        assert!(
            text.contains("\n  row 3 became right, 0.1192 → 0.8808: \"fire\"\n"),
            "{text}"
        );
    }
}
