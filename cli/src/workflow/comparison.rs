//! Predictions of two models for the same frozen test rows, and whether their differences can be chance.

use std::fmt;

use rayon::prelude::*;
use relevance_pipeline::{Pipeline, Prediction, Predictor, ScoreBuffer};
use serde::Serialize;

use crate::workflow::frozen_rows::FrozenRow;

/// Differences between the predictions of two models.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Comparison {
    /// Number of rows that were compared.
    pub(crate) rows: usize,
    /// Number of predictions that were wrong and are right.
    pub(crate) became_right: u64,
    /// Number of predictions that were right and are wrong.
    pub(crate) became_wrong: u64,
    /// Probability of so uneven a change if neither model is better: [`mcnemar`] of the two counts.
    pub(crate) p_value: f64,
    /// The predictions that changed, in the order of the rows.
    pub(crate) changed: Vec<ChangedPrediction>,
}

/// A row on which two models differ.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct ChangedPrediction {
    /// The row and its label.
    #[serde(flatten)]
    pub(crate) row: FrozenRow,
    /// Prediction of the first model.
    pub(crate) from: Prediction,
    /// Prediction of the second model.
    pub(crate) to: Prediction,
}

/// Scores every row with both models, and compares the predictions.
pub(crate) fn compare(from: &Pipeline, to: &Pipeline, rows: &[FrozenRow]) -> Comparison {
    Comparison::new(rows, &predict(from, rows), &predict(to, rows))
}

/// Scores every row: `[rows]`.
pub(crate) fn predict(pipeline: &Pipeline, rows: &[FrozenRow]) -> Vec<Prediction> {
    let predictor = Predictor::new(pipeline);
    let predict = |buffer: &mut ScoreBuffer, row: &FrozenRow| predictor.predict(&row.text, buffer);
    rows.par_iter()
        .map_init(ScoreBuffer::default, predict)
        .collect()
}

/// McNemar's exact test: the two-sided probability that `one + other` fair coins fall at least as unevenly.
///
/// Returns 0 to 1, and 1 when both counts are 0.
fn mcnemar(one: u64, other: u64) -> f64 {
    let (fewer, all) = (one.min(other), one + other);
    #[expect(clippy::cast_precision_loss, reason = "rows are far fewer than 2^53")]
    let number = |count: u64| count as f64;

    let log_binomial: f64 = (1..=fewer)
        .map(|index| (number(all - fewer + index) / number(index)).ln())
        .sum();
    let most_likely = (log_binomial - number(all) * std::f64::consts::LN_2).exp();

    // Each term of the tail from the one before, as long as it counts, so that no factorial overflows.
    let tail = (1..=fewer).rev().scan(1.0, |term, index| {
        *term *= number(index) / number(all - index + 1);
        (*term > f64::EPSILON * f64::EPSILON).then_some(*term)
    });
    (2.0 * most_likely * (1.0 + tail.sum::<f64>())).min(1.0)
}

impl ChangedPrediction {
    /// Whether the second model is the one that is right.
    pub(crate) const fn is_right(&self) -> bool {
        self.to.relevant == self.row.relevant
    }
}

impl Comparison {
    /// Compares the predictions of two models for the same rows: `[rows]` each.
    pub(crate) fn new(rows: &[FrozenRow], from: &[Prediction], to: &[Prediction]) -> Self {
        let predictions = rows.iter().zip(from.iter().zip(to));
        let changed: Vec<_> = predictions
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

    /// Number of predictions that changed, also when fewer of them are kept as examples.
    pub(crate) const fn changes(&self) -> u64 {
        self.became_right + self.became_wrong
    }
}

impl fmt::Display for Comparison {
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
            "predictions: {} of {rows} changed, {became_right} became right and {became_wrong} wrong \
             (McNemar p = {p_value:.4})",
            self.changes()
        )?;

        for change in changed {
            let ChangedPrediction { row, from, to } = change;
            let outcome = if change.is_right() { "right" } else { "wrong" };
            writeln!(
                formatter,
                "  row {} became {outcome}, {:.4} → {:.4}: {:?}",
                row.row, from.probability, to.probability, row.text
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    /// A model that finds a text relevant when it has `term`.
    fn knows(term: &str) -> Pipeline {
        let parts = PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: vec![term.to_owned()],
            idf: vec![1.0],
            coefficients: vec![4.0],
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
    fn the_exact_test_gives_the_values_of_exact_fractions() {
        for (one, other, want) in [
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
            let got = mcnemar(one, other);
            assert!(
                (got - want).abs() <= 1e-10 * want,
                "{one} and {other}: got {got:e}, want {want:e}"
            );
        }
    }

    #[test]
    fn changed_predictions_are_counted_by_who_is_right() {
        let rows = [
            row(0, "flood", true),
            row(3, "fire", true),
            row(4, "fire", false),
            row(7, "flood fire", true),
            row(9, "neither", true),
        ];
        let comparison = compare(&knows("flood"), &knows("fire"), &rows);
        assert_eq!(
            (
                comparison.rows,
                comparison.became_right,
                comparison.became_wrong
            ),
            (5, 1, 2)
        );
        assert_eq!(comparison.p_value.to_bits(), 1.0_f64.to_bits());
        let changed: Vec<u64> = comparison
            .changed
            .iter()
            .map(|change| change.row.row)
            .collect();
        assert_eq!(changed, [0, 3, 4]);
        let text = comparison.to_string();
        assert!(
            text.starts_with(
                "predictions: 3 of 5 changed, 1 became right and 2 wrong (McNemar p = 1.0000)\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("\n  row 3 became right, 0.1192 → 0.8808: \"fire\"\n"),
            "{text}"
        );
    }
}
