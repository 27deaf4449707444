//! What anyone could do without a model: always say the same, or look for one word.

use rayon::prelude::*;
use relevance_pipeline::{TokenCharacters, TokenScan, Vocabulary};
use serde::{Deserialize, Serialize};

use crate::evaluate::metrics::ConfusionMatrix;
use crate::fit::rows::{RowChunk, SparseRows};
use crate::fit::settings::FeatureTraining;
use crate::fit::solver::LabelledRows;

/// A rule without a model, chosen on the training side, and its figures on the test side, each 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The rule in words.
    pub rule: String,
    /// Share of the texts whose verdict is right.
    pub accuracy: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Area under the ROC curve; of a rule with two answers it is the mean of the shares of each label that are right.
    pub roc_auc: f64,
}

/// The rules that the training side suggests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineRules {
    /// The verdict on every text: the label of most.
    majority: bool,
    /// The word that tells most, and the verdict on texts that have it.
    word: String,
    word_means: bool,
    characters: TokenCharacters,
}

impl BaselineRules {
    /// Chooses the rules on training rows, whose columns are those of the vocabulary.
    ///
    /// The word is the one whose presence differs most between the labels; of several the first.
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    pub fn fit(rows: &LabelledRows, vocabulary: &Vocabulary, settings: &FeatureTraining) -> Self {
        let words = vocabulary.first_columns(2)[1].max(1);
        let labels = rows
            .targets
            .as_slice()
            .expect("labels lie one after the other");
        let relevant_texts = labels.iter().filter(|&&label| label).count() as u64;
        let texts = [labels.len() as u64 - relevant_texts, relevant_texts];
        let mut present = vec![[0_u64; 2]; words];
        for (&column, counts) in rows
            .records
            .columns()
            .iter()
            .zip(presence(&rows.records, labels))
        {
            if let Some(present) = present.get_mut(column as usize) {
                *present = counts;
            }
        }
        let lead = |[others, relevant]: [u64; 2]| {
            relevant as f64 / texts[1].max(1) as f64 - others as f64 / texts[0].max(1) as f64
        };
        let best = (0..words)
            .rev()
            .max_by(|&left, &right| {
                lead(present[left])
                    .abs()
                    .total_cmp(&lead(present[right]).abs())
            })
            .unwrap_or_default();
        Self {
            majority: texts[1] >= texts[0],
            word: vocabulary.terms()[best].clone(),
            word_means: lead(present[best]) > 0.0,
            characters: settings.token_characters,
        }
    }

    /// The figures of each rule on `texts` and `labels`.
    pub fn measure(&self, texts: &[&str], labels: &[bool]) -> Vec<Baseline> {
        let name = |relevant: bool| if relevant { "relevant" } else { "not relevant" };
        let always = texts.iter().map(|_| self.majority).collect();
        let mut scan = TokenScan::default();
        let mut has_word = |text: &str| {
            scan.read(text, self.characters);
            scan.spans()
                .any(|span| text[span].eq_ignore_ascii_case(&self.word))
        };
        let by_word = texts
            .iter()
            .map(|text| has_word(text) == self.word_means)
            .collect();
        vec![
            Baseline::of(format!("always {}", name(self.majority)), always, labels),
            Baseline::of(
                format!("with `{}` {}", self.word, name(self.word_means)),
                by_word,
                labels,
            ),
        ]
    }
}

/// For the column of each rank, in how many of the other and of the relevant texts its term stands.
fn presence(rows: &SparseRows, labels: &[bool]) -> Vec<[u64; 2]> {
    let none = || vec![[0; 2]; rows.columns().len()];
    let count = |mut counts: Vec<[u64; 2]>, (chunk, labels): (&RowChunk, &[bool])| {
        for row in chunk.iter() {
            let label = usize::from(labels[row.text]);
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
    rows.labelled(labels)
        .into_par_iter()
        .fold(none, count)
        .reduce(none, add)
}

impl Baseline {
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    fn of(rule: String, verdicts: Vec<bool>, labels: &[bool]) -> Self {
        let scores: Vec<f32> = verdicts
            .into_iter()
            .map(|verdict| f32::from(u8::from(verdict)))
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
    use linfa::DatasetBase;

    use super::*;
    use crate::fit::vectorizer::Vectorizer;

    #[test]
    fn rules_come_from_the_training_side_and_are_measured_on_the_other() {
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
        let rows = DatasetBase::new(fitted.rows, ndarray::arr1(&labels));
        let rules = BaselineRules::fit(&rows, &fitted.vocabulary, &settings);
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
    fn a_word_that_speaks_against_is_found_too() {
        let texts = ["win now", "win again", "flood", "storm", "rain"];
        let labels = [false, false, true, true, true];
        let settings = FeatureTraining {
            min_document_frequency: 1,
            ..FeatureTraining::default()
        };
        let fitted = Vectorizer::fit(&texts, &settings).unwrap();
        let rows = DatasetBase::new(fitted.rows, ndarray::arr1(&labels));
        let measured = BaselineRules::fit(&rows, &fitted.vocabulary, &settings)
            .measure(&["win", "rain"], &[false, true]);
        assert_eq!(
            (measured[1].rule.as_str(), measured[1].roc_auc),
            ("with `win` not relevant", 1.0)
        );
    }
}
