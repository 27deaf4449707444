//! Choice of the threshold, the probability from which a text is predicted relevant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::confusion::ConfusionMatrix;

/// Minimum distance of the probabilities around a threshold: engines may differ by 1e-6, which must
/// not change the prediction for a validation text.
const MIN_GAP: f32 = 4e-6;

/// Rule that chooses the threshold; written as `max-f1`, `precision>=0.9`, `recall>=0.8` or
/// `cost:1:5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ThresholdRule {
    /// The highest F1.
    #[default]
    MaxF1,
    /// The highest recall at this precision or more, 0 to 1.
    Precision(f64),
    /// The highest precision at this recall or more, 0 to 1.
    Recall(f64),
    /// The lowest cost.
    Cost {
        /// Cost of a text that is wrongly predicted relevant, 0 or more.
        false_positive: f64,
        /// Cost of a text that is wrongly predicted not relevant, 0 or more.
        false_negative: f64,
    },
}

/// A value that cannot be parsed as a [`ThresholdRule`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{value}` is not a threshold rule; write `max-f1`, `precision>=P` or `recall>=R` with a \
     fraction from 0 to 1, or `cost:FP:FN` with the costs of a false positive and a false negative"
)]
pub struct ParseThresholdRuleError {
    value: String,
}

/// A threshold with its predictions.
struct Candidate {
    threshold: f32,
    matrix: ConfusionMatrix,
}

impl ThresholdRule {
    /// Whether the rule allows a threshold with these predictions.
    fn allows(self, matrix: &ConfusionMatrix) -> bool {
        match self {
            Self::MaxF1 | Self::Cost { .. } => true,
            Self::Precision(floor) => matrix.precision() >= floor,
            Self::Recall(floor) => matrix.recall() >= floor,
        }
    }

    /// The value that the rule maximises.
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    fn score(self, matrix: &ConfusionMatrix) -> f64 {
        match self {
            Self::MaxF1 => matrix.f1(),
            Self::Precision(_) => matrix.recall(),
            Self::Recall(_) => matrix.precision(),
            Self::Cost {
                false_positive,
                false_negative,
            } => {
                -(false_positive * matrix.false_positives as f64
                    + false_negative * matrix.false_negatives as f64)
            }
        }
    }
}

/// Chooses the best threshold by `rule` for `probabilities` and `labels`, `[texts]`; of several the
/// one nearest to one half.
///
/// Candidates are the midpoints of neighbouring probabilities. One half when there are none; `None`
/// when the rule allows none of them.
#[must_use]
pub fn choose_threshold(
    probabilities: &[f32],
    labels: &[bool],
    rule: ThresholdRule,
) -> Option<f32> {
    let candidates = candidates(probabilities, labels);
    if candidates.is_empty() {
        return Some(0.5);
    }

    let allowed = candidates
        .iter()
        .filter(|candidate| rule.allows(&candidate.matrix));
    let best = allowed.max_by(|left, right| {
        let score = rule
            .score(&left.matrix)
            .total_cmp(&rule.score(&right.matrix));
        score.then_with(|| {
            distance_from_half(right.threshold).total_cmp(&distance_from_half(left.threshold))
        })
    });
    best.map(|candidate| candidate.threshold)
}

/// Midpoints of neighbouring probabilities that are far enough apart, highest first.
fn candidates(probabilities: &[f32], labels: &[bool]) -> Vec<Candidate> {
    let mut scored: Vec<(f32, bool)> = probabilities
        .iter()
        .copied()
        .zip(labels.iter().copied())
        .collect();
    scored.sort_unstable_by(|left, right| right.0.total_cmp(&left.0));

    let relevant = labels.iter().filter(|&&label| label).count() as u64;
    let mut matrix = ConfusionMatrix {
        true_positives: 0,
        false_positives: 0,
        false_negatives: relevant,
        true_negatives: labels.len() as u64 - relevant,
    };

    let mut candidates = Vec::new();
    for pair in scored.windows(2) {
        let (probability, label) = pair[0];
        matrix.predict_relevant(label);
        if probability - pair[1].0 > MIN_GAP {
            candidates.push(Candidate {
                threshold: f32::midpoint(probability, pair[1].0),
                matrix,
            });
        }
    }
    candidates
}

fn distance_from_half(threshold: f32) -> f32 {
    (threshold - 0.5).abs()
}

impl FromStr for ThresholdRule {
    type Err = ParseThresholdRuleError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        parse(value).ok_or_else(|| ParseThresholdRuleError {
            value: value.to_owned(),
        })
    }
}

fn parse(value: &str) -> Option<ThresholdRule> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let fraction = |text: &str| number(text).filter(|fraction| (0.0..=1.0).contains(fraction));
    let cost = |text: &str| number(text).filter(|cost| *cost >= 0.0 && cost.is_finite());

    if value == "max-f1" {
        return Some(ThresholdRule::MaxF1);
    }
    if let Some(floor) = value.strip_prefix("precision>=") {
        return fraction(floor).map(ThresholdRule::Precision);
    }
    if let Some(floor) = value.strip_prefix("recall>=") {
        return fraction(floor).map(ThresholdRule::Recall);
    }
    let (false_positive, false_negative) = value.strip_prefix("cost:")?.split_once(':')?;
    Some(ThresholdRule::Cost {
        false_positive: cost(false_positive)?,
        false_negative: cost(false_negative)?,
    })
}

impl fmt::Display for ThresholdRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxF1 => formatter.write_str("max-f1"),
            Self::Precision(floor) => write!(formatter, "precision>={floor}"),
            Self::Recall(floor) => write!(formatter, "recall>={floor}"),
            Self::Cost {
                false_positive,
                false_negative,
            } => {
                write!(formatter, "cost:{false_positive}:{false_negative}")
            }
        }
    }
}

impl TryFrom<String> for ThresholdRule {
    type Error = ParseThresholdRuleError;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        value.parse()
    }
}

impl From<ThresholdRule> for String {
    fn from(rule: ThresholdRule) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Eight texts, of which those with a higher probability are relevant more often.
    const PROBABILITIES: [f32; 8] = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];
    const LABELS: [bool; 8] = [true, true, false, true, true, false, false, false];

    #[test]
    fn each_rule_chooses_its_threshold() {
        for (rule, want) in [
            ("max-f1", 0.45),
            ("precision>=1", 0.75),
            ("precision>=0.75", 0.45),
            ("recall>=1", 0.45),
            ("recall>=0.5", 0.75),
            ("cost:10:1", 0.75),
            ("cost:1:10", 0.45),
        ] {
            let got = choose_threshold(&PROBABILITIES, &LABELS, rule.parse().unwrap()).unwrap();
            assert!((got - want).abs() < 1e-6, "{rule}: got {got}, want {want}");
        }
    }

    #[test]
    fn the_highest_f1_wins() {
        for (name, probabilities, labels, want) in [
            (
                "separable",
                vec![0.1, 0.3, 0.7, 0.9],
                vec![false, false, true, true],
                0.5,
            ),
            (
                "low scores",
                vec![0.1, 0.2, 0.3, 0.4],
                vec![false, true, true, true],
                0.15,
            ),
            ("one score", vec![0.3, 0.3], vec![true, false], 0.5),
            ("no texts", vec![], vec![], 0.5),
        ] {
            let got = choose_threshold(&probabilities, &labels, ThresholdRule::MaxF1).unwrap();
            assert!((got - want).abs() < 1e-6, "{name}: got {got}, want {want}");
        }
    }

    #[test]
    fn an_unreachable_minimum_gives_no_threshold() {
        let labels = [false, true, true, false];
        assert_eq!(
            choose_threshold(
                &[0.9, 0.7, 0.5, 0.1],
                &labels,
                ThresholdRule::Precision(0.9)
            ),
            None
        );
    }

    #[test]
    fn no_threshold_is_between_probabilities_that_engines_could_swap() {
        let labels = [false, false, true, true];
        let threshold =
            choose_threshold(&[0.2, 0.5, 0.500_001, 0.8], &labels, ThresholdRule::MaxF1).unwrap();
        assert!((threshold - 0.5).abs() > 0.1, "got {threshold}");
    }

    #[test]
    fn rules_survive_text_and_others_are_errors() {
        for rule in [
            "max-f1",
            "precision>=0.9",
            "recall>=0.85",
            "cost:1:5",
            "cost:0.5:0",
        ] {
            assert_eq!(rule.parse::<ThresholdRule>().unwrap().to_string(), rule);
        }

        for rule in [
            "",
            "f1",
            "precision>=1.1",
            "recall>=-0.1",
            "recall>=x",
            "cost:1",
            "cost:-1:1",
            "cost:inf:1",
        ] {
            let error = rule.parse::<ThresholdRule>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("`{rule}` is not a threshold rule")),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn candidates_have_the_counts_of_the_confusion_matrix(
            texts in prop::collection::vec((0.0_f32..1.0, any::<bool>()), 0..40),
        ) {
            let (probabilities, labels): (Vec<f32>, Vec<bool>) = texts.into_iter().unzip();
            for Candidate { threshold, matrix } in candidates(&probabilities, &labels) {
                prop_assert_eq!(matrix, ConfusionMatrix::compute(&probabilities, &labels, threshold));
            }
        }
    }
}
