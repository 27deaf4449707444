//! Weights of the two classes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Largest weight of a class or of a row: sums of all weights are finite, and a fit ends.
pub(super) const MAX_WEIGHT: f64 = 1e9;

/// Weights of the two classes in the sum of the losses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ClassWeight {
    /// 1 for both.
    #[default]
    Equal,
    /// Weight of all texts / (2 × weight of the class), so that both classes weigh the same, as
    /// scikit-learn's `balanced`.
    Balanced,
    /// A weight for each class, over 0 and at most 10⁹.
    Ratio {
        /// Weight of relevant texts.
        relevant: f64,
        /// Weight of other texts.
        not_relevant: f64,
    },
}

/// Error of parsing a [`ClassWeight`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown class weight `{value}`; accepted are `equal`, `balanced`, and the weights of relevant \
     and other texts, each over 0 and at most 1e9, as `3:1`"
)]
pub struct ParseClassWeightError {
    value: String,
}

impl ClassWeight {
    /// Returns the factors for relevant and for other texts, among texts with these labels and weights.
    pub(super) fn factors(self, labels: &[bool], weights: &[f64]) -> [f64; 2] {
        match self {
            Self::Equal => [1.0; 2],
            Self::Ratio {
                relevant,
                not_relevant,
            } => [relevant, not_relevant],
            Self::Balanced => {
                let sum = |class: bool| -> f64 {
                    let weighted = labels.iter().zip(weights);
                    weighted
                        .filter(|&(&label, _)| label == class)
                        .map(|(_, weight)| weight)
                        .sum()
                };
                let sums = [sum(true), sum(false)];
                sums.map(|class| (sums[0] + sums[1]) / (2.0 * class))
            }
        }
    }
}

impl FromStr for ClassWeight {
    type Err = ParseClassWeightError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let weight = |part: &str| {
            let weight: f64 = part.trim().parse().ok()?;
            (weight > 0.0 && weight <= MAX_WEIGHT).then_some(weight)
        };
        let ratio = || {
            let (relevant, not_relevant) = value.split_once(':')?;
            Some(Self::Ratio {
                relevant: weight(relevant)?,
                not_relevant: weight(not_relevant)?,
            })
        };

        match value {
            "equal" => Ok(Self::Equal),
            "balanced" => Ok(Self::Balanced),
            _ => ratio().ok_or_else(|| ParseClassWeightError {
                value: value.to_owned(),
            }),
        }
    }
}

impl fmt::Display for ClassWeight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal => formatter.write_str("equal"),
            Self::Balanced => formatter.write_str("balanced"),
            Self::Ratio {
                relevant,
                not_relevant,
            } => write!(formatter, "{relevant}:{not_relevant}"),
        }
    }
}

impl TryFrom<String> for ClassWeight {
    type Error = ParseClassWeightError;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        value.parse()
    }
}

impl From<ClassWeight> for String {
    fn from(weight: ClassWeight) -> Self {
        weight.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_weights_are_parsed_and_written() {
        for (text, want) in [
            ("equal", ClassWeight::Equal),
            ("balanced", ClassWeight::Balanced),
            (
                "3:0.5",
                ClassWeight::Ratio {
                    relevant: 3.0,
                    not_relevant: 0.5,
                },
            ),
        ] {
            let got: ClassWeight = text.parse().unwrap();
            assert_eq!((got, got.to_string().as_str()), (want, text));
        }
        for text in ["", "3", "0:1", "-1:1", "nan:1", "inf:1", "1e10:1", "1:2:3"] {
            assert!(text.parse::<ClassWeight>().is_err(), "{text}");
        }
    }

    #[test]
    fn balanced_weights_give_both_classes_the_same_sum() {
        let (labels, weights) = ([true, false, false, true], [2.0, 1.0, 0.5, 0.0]);
        let [relevant, not_relevant] = ClassWeight::Balanced.factors(&labels, &weights);
        assert!((2.0 * relevant - 1.75).abs() < 1e-12);
        assert!((1.5 * not_relevant - 1.75).abs() < 1e-12);
    }
}
