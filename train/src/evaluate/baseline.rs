//! Rules without a model: always the same label, or the presence of one token.

use rayon::prelude::*;
use relevance_pipeline::{TokenCharacters, TokenScan, Vocabulary};
use serde::{Deserialize, Serialize};

use super::confusion::ConfusionMatrix;
use crate::fit::rows::{RowChunk, SparseRows};
use crate::fit::settings::FeatureTraining;
use crate::fit::targets::Targets;

/// A rule without a model, chosen on the training subset, and its metrics on the test subset, each
/// 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The rule in words.
    pub rule: String,
    /// Fraction of the texts whose prediction is right.
    pub accuracy: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Area under the ROC curve: for a rule without a score, the mean of recall and specificity.
    pub roc_auc: f64,
}

/// The rules that the training subset suggests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaselineRules {
    /// Prediction for every text: the label of most training texts.
    majority: bool,
    /// The token whose presence separates the labels best; none without terms of tokens.
    token: Option<TokenRule>,
}

/// The presence of a token as a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TokenRule {
    token: String,
    /// Prediction for texts with the token.
    predicts: bool,
    characters: TokenCharacters,
}

impl BaselineRules {
    /// Chooses the rules on training rows, whose first columns are those of the vocabulary.
    ///
    /// The token is the one whose frequency differs most between the labels; of several the first.
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    pub(crate) fn fit(
        rows: &SparseRows,
        labels: &[bool],
        vocabulary: Option<&Vocabulary>,
        settings: &FeatureTraining,
    ) -> Self {
        let relevant_texts = labels.iter().filter(|&&label| label).count() as u64;
        let texts = [labels.len() as u64 - relevant_texts, relevant_texts];

        // Terms of one token have the first columns.
        let tokens = vocabulary.map_or(1, |vocabulary| vocabulary.first_columns(2)[1].max(1));
        let mut texts_with = vec![[0_u64; 2]; tokens];
        for (&column, counts) in rows.columns().iter().zip(document_counts(rows, labels)) {
            if let Some(token_counts) = texts_with.get_mut(column as usize) {
                *token_counts = counts;
            }
        }

        let difference = |[others, relevant]: [u64; 2]| {
            relevant as f64 / texts[1].max(1) as f64 - others as f64 / texts[0].max(1) as f64
        };
        let strength = |token: usize| difference(texts_with[token]).abs();
        let best = (0..tokens)
            .rev()
            .max_by(|&left, &right| strength(left).total_cmp(&strength(right)))
            .unwrap_or_default();

        let token = vocabulary.map(|vocabulary| TokenRule {
            token: vocabulary.terms()[best].clone(),
            predicts: difference(texts_with[best]) > 0.0,
            characters: settings.token_characters,
        });
        Self {
            majority: texts[1] >= texts[0],
            token,
        }
    }

    /// Measures each rule on `texts` and `labels`.
    pub(crate) fn measure(&self, texts: &[&str], labels: &[bool]) -> Vec<Baseline> {
        let majority = texts.iter().map(|_| self.majority).collect();
        let always = format!("always {}", class(self.majority));
        let mut baselines = vec![Baseline::measure(always, majority, labels)];

        baselines.extend(self.token.as_ref().map(|rule| rule.measure(texts, labels)));
        baselines
    }
}

impl TokenRule {
    fn measure(&self, texts: &[&str], labels: &[bool]) -> Baseline {
        let mut scan = TokenScan::default();
        let mut has_token = |text: &str| {
            scan.read(text, self.characters);
            scan.spans()
                .any(|span| text[span].eq_ignore_ascii_case(&self.token))
        };
        let by_token = texts
            .iter()
            .map(|text| has_token(text) == self.predicts)
            .collect();

        let with_token = format!("with `{}` {}", self.token, class(self.predicts));
        Baseline::measure(with_token, by_token, labels)
    }
}

fn class(relevant: bool) -> &'static str {
    if relevant { "relevant" } else { "not relevant" }
}

/// Counts for each rank the not relevant and the relevant texts in which its term occurs.
fn document_counts(rows: &SparseRows, labels: &[bool]) -> Vec<[u64; 2]> {
    let zeros = || vec![[0; 2]; rows.columns().len()];
    let count = |mut counts: Vec<[u64; 2]>, (chunk, targets): (&RowChunk, Targets<'_>)| {
        for row in chunk.iter() {
            let label = usize::from(targets.labels[row.text]);
            let mut last = None;
            for rank in row.ranks() {
                if last.replace(rank) != Some(rank) {
                    counts[rank as usize][label] += 1;
                }
            }
        }
        counts
    };
    let add = |mut sums: Vec<[u64; 2]>, counts: Vec<[u64; 2]>| {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum = [sum[0] + count[0], sum[1] + count[1]];
        }
        sums
    };

    rows.labelled(labels.into())
        .into_par_iter()
        .fold(zeros, count)
        .reduce(zeros, add)
}

impl Baseline {
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    fn measure(rule: String, predictions: Vec<bool>, labels: &[bool]) -> Self {
        let scores: Vec<f32> = predictions
            .into_iter()
            .map(|relevant| f32::from(u8::from(relevant)))
            .collect();
        let matrix = ConfusionMatrix::compute(&scores, labels, 0.5);

        let others = matrix.true_negatives + matrix.false_positives;
        let specificity = if others == 0 {
            0.0
        } else {
            matrix.true_negatives as f64 / others as f64
        };
        Self {
            rule,
            accuracy: matrix.accuracy(),
            f1: matrix.f1(),
            roc_auc: f64::midpoint(matrix.recall(), specificity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::vectorizer::Vectorizer;

    #[test]
    fn rules_are_chosen_on_one_subset_and_measured_on_another() {
        let texts = [
            "fire in town",
            "fire again",
            "calm in town",
            "calm again",
            "fire in calm",
        ];
        let labels = [true, true, false, false, true];
        let settings = FeatureTraining {
            min_document_frequency: 1,
            ..FeatureTraining::default()
        };
        let fitted = Vectorizer::fit(&texts, &settings).unwrap();
        let rules =
            BaselineRules::fit(&fitted.rows, &labels, fitted.vocabulary.as_ref(), &settings);
        let measured = rules.measure(
            &["FIRE!", "quiet", "fire", "smoke"],
            &[true, false, false, true],
        );

        assert_eq!(measured[0].rule, "always relevant");
        assert_eq!((measured[0].accuracy, measured[0].roc_auc), (0.5, 0.5));
        assert_eq!(measured[1].rule, "with `fire` relevant");
        assert_eq!(
            (measured[1].accuracy, measured[1].f1, measured[1].roc_auc),
            (0.5, 0.5, 0.5)
        );
    }

    #[test]
    fn a_token_of_texts_that_are_not_relevant_is_found_too() {
        let texts = ["win now", "win again", "flood", "storm", "rain"];
        let labels = [false, false, true, true, true];
        let settings = FeatureTraining {
            min_document_frequency: 1,
            ..FeatureTraining::default()
        };
        let fitted = Vectorizer::fit(&texts, &settings).unwrap();
        let measured =
            BaselineRules::fit(&fitted.rows, &labels, fitted.vocabulary.as_ref(), &settings)
                .measure(&["win", "rain"], &[false, true]);

        assert_eq!(
            (measured[1].rule.as_str(), measured[1].roc_auc),
            ("with `win` not relevant", 1.0)
        );
    }
}
