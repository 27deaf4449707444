//! What a model must reach to be published, and what it must keep to replace the one in production.

use serde::{Deserialize, Serialize};

use crate::evaluate::metrics::Metrics;
use crate::report::training_report::Report;

/// The rules of publication.
///
/// Beside them a model must rank better than every [`Baseline`](crate::evaluate::baseline::Baseline), by the area under the ROC curve, and pass
/// its [`ModelChecks`](crate::evaluate::model_checks::ModelChecks).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gate {
    /// Lowest precision on the test side that is let through, 0 to 1.
    pub min_precision: f64,
    /// Lowest recall on the test side that is let through, 0 to 1.
    pub min_recall: f64,
    /// Longest model file in bytes that is let through.
    pub max_model_bytes: u64,
    /// How far F1 and ROC-AUC may fall below those of the production model on its frozen test rows, 0 to 1.
    pub max_drop: f64,
    /// Refuses when more verdicts became wrong than right and chance makes so many with less than this probability, 0 to 1.
    pub significance: f64,
    /// How many times the production model's time a text may take, over 0.
    pub max_slowdown: f64,
}

/// A rule that a model broke.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum GateFailure {
    /// A figure on the test side is under its floor.
    #[error(
        "`{setting}` is {floor}, the model has {got:.4} on the test side, {:.4} too little: bring more or better examples, \
         or lower the floor if the figure is good enough",
        floor - got
    )]
    Floor {
        /// The setting that holds the floor.
        setting: &'static str,
        /// The floor.
        floor: f64,
        /// What the model reached.
        got: f64,
    },
    /// A rule without a model ranks as well.
    #[error(
        "the ROC-AUC of the rule \u{201C}{baseline}\u{201D} is {floor:.4}, the model has {got:.4} on the test side, {:.4} too \
         little: look whether the labels belong to the texts",
        floor - got
    )]
    Baseline {
        /// The rule.
        baseline: String,
        /// The area under its ROC curve.
        floor: f64,
        /// The area under the model's.
        got: f64,
    },
    /// The model does not do what it must whatever its figures are.
    #[error(
        "the check \u{201C}{check}\u{201D} failed for {failed} of {checked} texts, {example}: add examples that teach it, or \
         change `model_checks`"
    )]
    ModelCheck {
        /// The check.
        check: String,
        /// How many texts it was made on.
        checked: usize,
        /// How many of them failed.
        failed: usize,
        /// The first one, with what was expected and what came.
        example: String,
    },
    /// The file is too long.
    #[error(
        "`gate.max_model_bytes` is {limit}, the file has {got}, {} too many: lower `features.max_features`, or raise the limit",
        got - limit
    )]
    TooLarge {
        /// The setting.
        limit: u64,
        /// Length of the file in bytes.
        got: u64,
    },
    /// A figure fell too far below the production model's.
    #[error(
        "the {figure} of production is {production:.4} on its frozen test rows, the model has {got:.4}, {:.4} below it, and \
         `gate.max_drop` is {max_drop}: look at the verdicts that changed, or raise the limit",
        production - got
    )]
    Drop {
        /// `F1` or `ROC-AUC`.
        figure: &'static str,
        /// The production model's.
        production: f64,
        /// The model's.
        got: f64,
        /// The setting.
        max_drop: f64,
    },
    /// More verdicts became wrong than right, and not by chance.
    #[error(
        "{became_wrong} verdicts of production became wrong and {became_right} right, which chance makes with probability \
         {p_value:.4}, and `gate.significance` is {significance}: look at the verdicts that changed, or lower it"
    )]
    Worse {
        /// Verdicts that were right and are wrong.
        became_wrong: u64,
        /// Verdicts that were wrong and are right.
        became_right: u64,
        /// McNemar's exact test.
        p_value: f64,
        /// The setting.
        significance: f64,
    },
    /// Scoring takes too long.
    #[error(
        "a text takes {got:.1} times as long as in production, and `gate.max_slowdown` is {limit}: lower \
         `features.max_features` or `features.ngram_max`, or raise the limit"
    )]
    Slower {
        /// The setting.
        limit: f64,
        /// The model's time divided by the production model's.
        got: f64,
    },
}

/// How a model did against the one in production, on rows that neither was trained on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChampionComparison {
    /// The model's figures, at its threshold.
    pub candidate: Metrics,
    /// The production model's figures, at its own threshold.
    pub production: Metrics,
    /// Verdicts that were wrong and are right.
    pub became_right: u64,
    /// Verdicts that were right and are wrong.
    pub became_wrong: u64,
    /// Probability of so uneven a change if neither is better, by McNemar's exact test.
    pub p_value: f64,
    /// The model's time for a text divided by the production model's.
    pub slowdown: f64,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            min_precision: 0.65,
            min_recall: 0.65,
            max_model_bytes: 64 << 20,
            max_drop: 0.02,
            significance: 0.01,
            max_slowdown: 3.0,
        }
    }
}

impl Gate {
    /// The rules on figures and checks that a model breaks; none for one that may be published.
    #[must_use]
    pub fn check(&self, report: &Report) -> Vec<GateFailure> {
        let test = &report.test_metrics;
        let floors = [
            ("gate.min_precision", self.min_precision, test.precision),
            ("gate.min_recall", self.min_recall, test.recall),
        ];
        let missed = floors.into_iter().filter(|&(_, floor, got)| got < floor);
        let missed = missed.map(|(setting, floor, got)| GateFailure::Floor {
            setting,
            floor,
            got,
        });
        let equals = report
            .baselines
            .iter()
            .filter(|baseline| test.roc_auc <= baseline.roc_auc);
        let equals = equals.map(|baseline| GateFailure::Baseline {
            baseline: baseline.rule.clone(),
            floor: baseline.roc_auc,
            got: test.roc_auc,
        });
        let failed = report.model_checks.iter().filter_map(|outcome| {
            let first = outcome.failures.first()?;
            Some(GateFailure::ModelCheck {
                check: outcome.name.clone(),
                checked: outcome.checked,
                failed: outcome.failed,
                example: format!("{:?} gave {} for {}", first.text, first.got, first.expected),
            })
        });
        missed.chain(equals).chain(failed).collect()
    }

    /// The rule on the length of the file, in bytes, if it is broken.
    #[must_use]
    pub const fn check_model_size(&self, bytes: u64) -> Option<GateFailure> {
        if bytes > self.max_model_bytes {
            return Some(GateFailure::TooLarge {
                limit: self.max_model_bytes,
                got: bytes,
            });
        }
        None
    }

    /// The rules against the production model that a model breaks.
    #[must_use]
    pub fn check_against_champion(&self, contest: &ChampionComparison) -> Vec<GateFailure> {
        let ChampionComparison {
            candidate,
            production,
            became_right,
            became_wrong,
            p_value,
            slowdown,
        } = contest;
        let figures = [
            ("F1", production.f1, candidate.f1),
            ("ROC-AUC", production.roc_auc, candidate.roc_auc),
        ];
        let fallen = figures
            .into_iter()
            .filter(|&(_, production, got)| production - got > self.max_drop);
        let mut refusals: Vec<GateFailure> = fallen
            .map(|(figure, production, got)| GateFailure::Drop {
                figure,
                production,
                got,
                max_drop: self.max_drop,
            })
            .collect();
        if became_wrong > became_right && *p_value < self.significance {
            refusals.push(GateFailure::Worse {
                became_wrong: *became_wrong,
                became_right: *became_right,
                p_value: *p_value,
                significance: self.significance,
            });
        }
        if *slowdown > self.max_slowdown {
            refusals.push(GateFailure::Slower {
                limit: self.max_slowdown,
                got: *slowdown,
            });
        }
        refusals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contest() -> ChampionComparison {
        let metrics = Metrics::compute(&[0.9, 0.8, 0.2, 0.1], &[true, true, false, false], 0.5);
        ChampionComparison {
            candidate: metrics.clone(),
            production: metrics,
            became_right: 5,
            became_wrong: 5,
            p_value: 1.0,
            slowdown: 1.0,
        }
    }

    fn broken(contest: &ChampionComparison) -> Vec<String> {
        Gate::default()
            .check_against_champion(contest)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_model_like_the_one_in_production_is_let_through() {
        assert!(broken(&contest()).is_empty());
    }

    #[test]
    fn a_fall_beyond_the_margin_is_named_with_its_size() {
        let mut fallen = contest();
        fallen.candidate.f1 -= 0.05;
        let broken = broken(&fallen);
        assert_eq!(broken.len(), 1);
        assert!(
            broken[0].starts_with("the F1 of production is 1.0000 on its frozen test rows"),
            "{broken:?}"
        );
        assert!(
            broken[0].contains("0.0500 below it, and `gate.max_drop` is 0.02"),
            "{broken:?}"
        );
        fallen.candidate.f1 = fallen.production.f1 - 0.01;
        assert_eq!(Gate::default().check_against_champion(&fallen), []);
    }

    #[test]
    fn verdicts_that_became_wrong_count_only_beyond_chance() {
        let by_chance = ChampionComparison {
            became_wrong: 9,
            p_value: 0.42,
            ..contest()
        };
        assert!(broken(&by_chance).is_empty());
        let worse = ChampionComparison {
            became_wrong: 30,
            p_value: 1e-5,
            ..contest()
        };
        assert!(
            broken(&worse)[0].starts_with("30 verdicts of production became wrong and 5 right")
        );
        let better = ChampionComparison {
            became_right: 30,
            p_value: 1e-5,
            ..contest()
        };
        assert!(broken(&better).is_empty());
    }

    #[test]
    fn slow_scoring_and_long_files_are_refused() {
        assert!(
            broken(&ChampionComparison {
                slowdown: 3.5,
                ..contest()
            })[0]
                .starts_with("a text takes 3.5 times as long")
        );
        let gate = Gate {
            max_model_bytes: 1000,
            ..Gate::default()
        };
        assert_eq!(gate.check_model_size(1000), None);
        let refusal = gate.check_model_size(1200).unwrap().to_string();
        assert!(
            refusal.contains("the file has 1200, 200 too many"),
            "{refusal}"
        );
    }
}
