//! Choice of the threshold, the probability from which a text is predicted relevant.

use std::fmt;
use std::str::FromStr;

use relevance_pipeline::{Pipeline, sigmoid};
use serde::{Deserialize, Serialize};

use super::calibration::PlattScaling;
use super::confusion::ConfusionMatrix;

/// Minimum distance of the probabilities around a threshold: engines may differ by 1e-6, which must
/// not change the prediction for a validation text.
const MIN_GAP: f32 = 4e-6;

/// Rule that chooses the threshold; written as `max-f0.5`, `max-f1`, `precision>=0.9`,
/// `recall>=0.8` or `cost:1:5`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ThresholdRule {
    /// The highest expected F score in which recall counts this many times as much as precision, more
    /// than 0. Each text counts as relevant by its calibrated probability and not by its label, so
    /// that the choice varies less from sample to sample.
    MaxF(f64),
    /// The highest recall at this precision or more, 0 to 1.
    Precision(f64),
    /// The highest precision at this recall or more, 0 to 1.
    Recall(f64),
    /// The lowest cost; one of the two is more than 0.
    Cost {
        /// Cost of a text that is wrongly predicted relevant, 0 or more.
        false_positive: f64,
        /// Cost of a text that is wrongly predicted not relevant, 0 or more.
        false_negative: f64,
    },
}

/// How to predict texts without known terms: all have the probability of the intercept alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownTexts {
    /// Not relevant: the threshold is above their probability.
    #[default]
    NotRelevant,
    /// By a threshold that leaves them out of account.
    ByProbability,
}

/// A value that cannot be parsed as a setting for texts without known terms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{value}` is not a way to predict texts without known terms; write `not-relevant` or `by-probability`"
)]
pub struct ParseUnknownTextsError {
    value: String,
}

/// Rule and requirement that choose a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ThresholdChoice {
    /// The rule.
    pub(crate) rule: ThresholdRule,
    /// Probability that the threshold must be above, if there is one.
    pub(crate) above: Option<f32>,
}

/// A value that cannot be parsed as a [`ThresholdRule`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{value}` is not a threshold rule; write `max-fB` with the weight of recall, such as `max-f0.5` \
     or `max-f1`, `precision>=P` or `recall>=R` with a fraction from 0 to 1, or `cost:FP:FN` with \
     the costs of a false positive and a false negative, 0 or more and not both 0"
)]
pub struct ParseThresholdRuleError {
    value: String,
}

impl UnknownTexts {
    /// Returns the probability that a threshold of the pipeline must be above, if there is one.
    pub(crate) fn bound(self, pipeline: &Pipeline) -> Option<f32> {
        match self {
            Self::NotRelevant => Some(pipeline.predict("").probability),
            Self::ByProbability => None,
        }
    }
}

/// A threshold with its predictions.
struct Candidate {
    threshold: f32,
    matrix: ConfusionMatrix,
    expected: ExpectedCounts,
}

/// Expected counts of predictions, if each text is relevant with its calibrated probability.
#[derive(Clone, Copy, Debug, Default)]
struct ExpectedCounts {
    true_positives: f64,
    false_positives: f64,
    false_negatives: f64,
}

impl ExpectedCounts {
    /// Changes the prediction for a text to relevant.
    fn predict_relevant(&mut self, probability: f64) {
        self.true_positives += probability;
        self.false_negatives -= probability;
        self.false_positives += 1.0 - probability;
    }

    /// Weighted harmonic mean of precision and recall, in which recall counts `beta` times as much:
    /// `(1 + β²) TP / ((1 + β²) TP + FP + β² FN)`.
    fn f_score(self, beta: f64) -> f64 {
        let square = beta * beta;
        let hits = (1.0 + square) * self.true_positives;
        hits / (hits + self.false_positives + square * self.false_negatives)
    }
}

impl ThresholdRule {
    /// Whether the rule allows a threshold with these predictions.
    fn allows(self, matrix: &ConfusionMatrix) -> bool {
        match self {
            Self::MaxF(_) | Self::Cost { .. } => true,
            Self::Precision(floor) => matrix.precision() >= floor,
            Self::Recall(floor) => matrix.recall() >= floor,
        }
    }

    /// The value that the rule maximises.
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    fn score(self, candidate: &Candidate) -> f64 {
        let matrix = &candidate.matrix;
        match self {
            Self::MaxF(beta) => candidate.expected.f_score(beta),
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

/// Chooses the best threshold for `probabilities` and `labels`, `[texts]`; of several the one nearest
/// to one half.
///
/// Candidates are the midpoints of neighbouring probabilities. When all are equal, one half, or the
/// middle between the probability that it must be above and 1; `None` when none is allowed.
pub(crate) fn choose_threshold(
    probabilities: &[f32],
    labels: &[bool],
    choice: ThresholdChoice,
) -> Option<f32> {
    let ThresholdChoice { rule, above } = choice;
    if are_equal(probabilities) {
        let above = above.filter(|above| 0.5 - above <= MIN_GAP);
        return Some(above.map_or(0.5, |above| f32::midpoint(above, 1.0)));
    }

    let candidates = candidates(probabilities, labels, above);
    let allowed = candidates
        .iter()
        .filter(|candidate| rule.allows(&candidate.matrix));
    let best = allowed.max_by(|left, right| {
        let score = rule.score(left).total_cmp(&rule.score(right));
        score.then_with(|| {
            distance_from_half(right.threshold).total_cmp(&distance_from_half(left.threshold))
        })
    });
    best.map(|candidate| candidate.threshold)
}

/// Thresholds between neighbouring probabilities, highest first, as far as they are above a
/// probability.
fn candidates(probabilities: &[f32], labels: &[bool], above: Option<f32>) -> Vec<Candidate> {
    let calibrate = calibration(probabilities, labels);
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

    let mut expected = ExpectedCounts {
        false_negatives: probabilities.iter().map(|&one| calibrate(one)).sum(),
        ..ExpectedCounts::default()
    };

    let mut candidates = Vec::new();
    for pair in scored.windows(2) {
        let ((probability, label), (next, _)) = (pair[0], pair[1]);
        matrix.predict_relevant(label);
        expected.predict_relevant(calibrate(probability));

        let threshold = threshold_between(next, probability, above);
        candidates.extend(threshold.map(|threshold| Candidate {
            threshold,
            matrix,
            expected,
        }));
    }
    candidates
}

/// The middle of two probabilities that are far enough apart; where it is not above `above`, the
/// middle between that and the higher one.
fn threshold_between(low: f32, high: f32, above: Option<f32>) -> Option<f32> {
    let is_too_low = |above: &f32| f32::midpoint(low, high) - above < MIN_GAP / 2.0;
    let low = above.filter(is_too_low).map_or(low, |above| above.max(low));

    (high - low > MIN_GAP).then(|| f32::midpoint(low, high))
}

/// Returns the function from a probability to a calibrated one, by a logistic regression of the labels
/// on the log-odds.
fn calibration(probabilities: &[f32], labels: &[bool]) -> impl Fn(f32) -> f64 + use<> {
    let logits: Vec<f64> = probabilities.iter().map(|&one| logit(one)).collect();
    let scaling = PlattScaling::fit_to_labels(&logits, labels);
    move |probability| sigmoid(scaling.apply(logit(probability)))
}

/// Returns the log-odds of a probability that may have been rounded to 0 or 1.
fn logit(probability: f32) -> f64 {
    let probability = f64::from(probability).clamp(1e-9, 1.0 - 1e-9);
    libm::log(probability / (1.0 - probability))
}

/// Whether no threshold distinguishes the probabilities.
fn are_equal(probabilities: &[f32]) -> bool {
    let bounds = probabilities
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &one| {
            (low.min(one), high.max(one))
        });
    bounds.1 - bounds.0 <= MIN_GAP
}

fn distance_from_half(threshold: f32) -> f32 {
    (threshold - 0.5).abs()
}

impl Default for ThresholdRule {
    /// Returns the rule that prefers precision: a person reads each text that is predicted relevant.
    fn default() -> Self {
        Self::MaxF(0.6)
    }
}

impl FromStr for UnknownTexts {
    type Err = ParseUnknownTextsError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        match value {
            "not-relevant" => Ok(Self::NotRelevant),
            "by-probability" => Ok(Self::ByProbability),
            other => Err(ParseUnknownTextsError {
                value: other.to_owned(),
            }),
        }
    }
}

impl fmt::Display for UnknownTexts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotRelevant => "not-relevant",
            Self::ByProbability => "by-probability",
        })
    }
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

    if let Some(beta) = value.strip_prefix("max-f") {
        let beta = number(beta).filter(|beta| *beta > 0.0 && beta.is_finite());
        return beta.map(ThresholdRule::MaxF);
    }
    if let Some(floor) = value.strip_prefix("precision>=") {
        return fraction(floor).map(ThresholdRule::Precision);
    }
    if let Some(floor) = value.strip_prefix("recall>=") {
        return fraction(floor).map(ThresholdRule::Recall);
    }
    let (false_positive, false_negative) = value.strip_prefix("cost:")?.split_once(':')?;
    let (false_positive, false_negative) = (cost(false_positive)?, cost(false_negative)?);
    // Without any cost every threshold is as good as another.
    (false_positive + false_negative > 0.0).then_some(ThresholdRule::Cost {
        false_positive,
        false_negative,
    })
}

impl fmt::Display for ThresholdRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxF(beta) => write!(formatter, "max-f{beta}"),
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

    fn choose(probabilities: &[f32], labels: &[bool], rule: &str) -> Option<f32> {
        choose_above(probabilities, labels, rule, None)
    }

    fn choose_above(
        probabilities: &[f32],
        labels: &[bool],
        rule: &str,
        above: Option<f32>,
    ) -> Option<f32> {
        let rule = rule.parse().unwrap();
        choose_threshold(probabilities, labels, ThresholdChoice { rule, above })
    }

    #[test]
    fn a_threshold_stays_above_the_probability_of_texts_without_known_terms() {
        for (rule, above, want) in [
            ("max-f1", 0.3, Some(0.55)),
            ("max-f1", 0.57, Some(0.585)),
            ("max-f1", 0.545, Some(0.55)),
            ("precision>=0.75", 0.45, Some(0.475)),
            ("recall>=0.5", 0.62, Some(0.75)),
            ("recall>=1", 0.62, None),
            ("max-f1", 0.9, None),
        ] {
            let got = choose_above(&PROBABILITIES, &LABELS, rule, Some(above));
            assert!(
                match (got, want) {
                    (Some(got), Some(want)) => (got - want).abs() < 1e-6,
                    (got, want) => got == want,
                },
                "{rule} above {above}: got {got:?}, want {want:?}"
            );
        }

        assert_eq!(
            choose_above(&[0.3; 2], &[true, false], "max-f1", Some(0.3)),
            Some(0.5)
        );
        assert_eq!(
            choose_above(&[0.6; 2], &[true, false], "max-f1", Some(0.6)),
            Some(0.8)
        );
    }

    #[test]
    fn each_rule_chooses_its_threshold() {
        for (rule, want) in [
            // Computed with the logistic regression of the labels on the log-odds, slope 1.84197 and
            // offset -0.42968.
            ("max-f1", 0.55),
            ("max-f0.3", 0.75),
            ("max-f0.5", 0.65),
            ("max-f2", 0.35),
            ("precision>=1", 0.75),
            ("precision>=0.75", 0.45),
            ("recall>=1", 0.45),
            ("recall>=0.5", 0.75),
            ("cost:10:1", 0.75),
            ("cost:1:10", 0.45),
        ] {
            let got = choose(&PROBABILITIES, &LABELS, rule).unwrap();
            assert!((got - want).abs() < 1e-6, "{rule}: got {got}, want {want}");
        }
    }

    #[test]
    fn the_highest_expected_f1_wins() {
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
            let got = choose(&probabilities, &labels, "max-f1").unwrap();
            assert!((got - want).abs() < 1e-6, "{name}: got {got}, want {want}");
        }
    }

    #[test]
    fn an_unreachable_minimum_gives_no_threshold() {
        let labels = [false, true, true, false];
        assert_eq!(
            choose(&[0.9, 0.7, 0.5, 0.1], &labels, "precision>=0.9"),
            None
        );
    }

    #[test]
    fn no_threshold_is_between_probabilities_that_engines_could_swap() {
        let labels = [false, false, true, true];
        let threshold = choose(&[0.2, 0.5, 0.500_001, 0.8], &labels, "max-f1").unwrap();
        assert!((threshold - 0.5).abs() > 0.1, "got {threshold}");
    }

    #[test]
    fn rules_survive_text_and_others_are_errors() {
        for rule in [
            "max-f1",
            "max-f0.5",
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
            "max-f0",
            "max-f-1",
            "max-fNaN",
            "precision>=1.1",
            "recall>=-0.1",
            "recall>=x",
            "cost:1",
            "cost:-1:1",
            "cost:inf:1",
            "cost:0:0",
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
            for Candidate { threshold, matrix, .. } in candidates(&probabilities, &labels, None) {
                prop_assert_eq!(matrix, ConfusionMatrix::compute(&probabilities, &labels, threshold));
            }
        }
    }
}
