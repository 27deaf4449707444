//! The gate: rules that a model must meet to be published and to replace the production model.

use serde::{Deserialize, Serialize};

use super::baseline::Baseline;
use super::champion::ChampionComparison;
use super::intervals::{Interval, Intervals};
use super::metrics::Metrics;
use super::model_checks::CheckOutcome;

/// Rules of publication.
///
/// A model must also have a higher ROC-AUC than every [`Baseline`], or a perfect one, and pass its
/// [`ModelChecks`](super::model_checks::ModelChecks).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gate {
    /// Minimum precision on the test subset, 0 to 1.
    ///
    /// With few texts of a label a minimum counts as missed only when the 95 % interval of the
    /// metric is below it.
    pub min_precision: f64,
    /// Minimum recall on the test subset, 0 to 1, in the same way.
    pub min_recall: f64,
    /// Maximum size of the model file in bytes.
    pub max_model_bytes: u64,
    /// Maximum fraction of the source's rows that are left out: undecided, without a label or with
    /// an empty text; 0 to 1.
    pub max_left_out: f64,
    /// Maximum drop of F1 and of ROC-AUC against the production model, 0 to 1.
    ///
    /// With few rows of a label a drop counts only when its 95 % interval is below zero.
    pub max_drop: f64,
    /// Significance level of McNemar's test for predictions that became wrong, 0 to 1.
    pub significance: f64,
    /// Maximum time for a text, as a multiple of the production model's; over 0.
    pub max_slowdown: f64,
    /// Whether a model that cannot be compared with the production model may be published; `false`
    /// by default.
    ///
    /// It is a permission for a run and no property of the model, so that neither the model file
    /// nor the digest of the settings has it.
    #[serde(skip_serializing)]
    pub allow_uncompared: bool,
}

/// A rule that a model does not meet.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum GateFailure {
    /// A metric on the test subset is below its minimum.
    #[error(
        "`{setting}` is {floor}, and the model has {got:.4} on the test subset, {:.4} below it: \
         add or correct examples, or lower the setting if this is good enough",
        floor - got
    )]
    Floor {
        /// Name of the setting.
        setting: &'static str,
        /// The minimum.
        floor: f64,
        /// The model's metric.
        got: f64,
    },
    /// The model's ROC-AUC is no better than that of a rule without a model.
    #[error(
        "the ROC-AUC of the baseline \u{201C}{baseline}\u{201D} is {floor:.4}, and the model has \
         {got:.4} on the test subset, {:.4} below it: check that the labels belong to the texts",
        floor - got
    )]
    Baseline {
        /// The baseline's rule.
        baseline: String,
        /// The baseline's ROC-AUC.
        floor: f64,
        /// The model's ROC-AUC.
        got: f64,
    },
    /// A model check failed.
    #[error(
        "the check \u{201C}{check}\u{201D} failed for {failed} of {checked} texts; for example, \
         {example}: add examples of this kind, or change `model_checks`"
    )]
    ModelCheck {
        /// Name of the check.
        check: String,
        /// Number of checked texts.
        checked: usize,
        /// Number of texts that failed.
        failed: usize,
        /// The first failure: the text with its result and the expected one.
        example: String,
    },
    /// The model file is too large.
    #[error(
        "`gate.max_model_bytes` is {limit}, and the model file has {got} bytes, {} too many: lower \
         `features.max_features`, or raise the limit",
        got - limit
    )]
    TooLarge {
        /// The setting.
        limit: u64,
        /// Size of the file in bytes.
        got: u64,
    },
    /// A metric dropped too far below the production model's.
    #[error(
        "the {metric} of the production model is {production:.4} on rows that neither model was \
         trained on, and the model has {got:.4}, {:.4} below it; `gate.max_drop` is {max_drop}: \
         look at the predictions that changed, or raise the limit",
        production - got
    )]
    Drop {
        /// `F1` or `ROC-AUC`.
        metric: &'static str,
        /// The production model's metric.
        production: f64,
        /// The model's metric.
        got: f64,
        /// The setting.
        max_drop: f64,
    },
    /// There are no rows on which to compare the model with the production model.
    #[error(
        "the model cannot be compared with version {version}, which is in production: {reason}; \
         `--allow-uncompared` (`gate.allow_uncompared` in a settings file) publishes it without a \
         comparison"
    )]
    Uncompared {
        /// Version of the production model.
        version: u64,
        /// Description of what is missing.
        reason: String,
    },
    /// Significantly more predictions became wrong than right.
    #[error(
        "{became_wrong} predictions became wrong and {became_right} right (McNemar p = \
         {p_value:.4}), and `gate.significance` is {significance}: look at the predictions that \
         changed, or lower the setting"
    )]
    Worse {
        /// Predictions that the production model has right and the candidate wrong.
        became_wrong: u64,
        /// Predictions that the production model has wrong and the candidate right.
        became_right: u64,
        /// p-value of McNemar's exact test.
        p_value: f64,
        /// The setting.
        significance: f64,
    },
    /// Scoring takes too long.
    #[error(
        "a text takes {got:.1} times as long as with the production model, and `gate.max_slowdown` \
         is {limit}: lower `features.max_features` or `features.ngram_max`, or raise the limit"
    )]
    Slower {
        /// The setting.
        limit: f64,
        /// The model's time divided by the production model's.
        got: f64,
    },
}

/// Metrics on the test subset, as the gate takes them.
#[derive(Clone, Copy, Debug)]
pub struct TestMetrics<'a> {
    /// The metrics.
    pub metrics: &'a Metrics,
    /// Their 95 % intervals, where the subset has fewer than
    /// [`ENOUGH_TEXTS`](super::intervals::ENOUGH_TEXTS) texts of a label.
    pub intervals: Option<&'a Intervals>,
}

/// A metric on the test subset that is below its minimum.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "`{setting}` is {floor}, and the model has {got:.4} on the test subset: with so few texts its \
     95 % interval reaches {:.4}, which does not refuse the model",
    self.high()
)]
pub struct BelowMinimum {
    setting: &'static str,
    floor: f64,
    got: f64,
    /// The metric's interval, where the subset has few texts.
    interval: Option<Interval>,
}

impl BelowMinimum {
    /// Returns whether the value may be below the minimum by chance.
    fn could_be_chance(&self) -> bool {
        self.high() >= self.floor
    }

    /// The highest value that the metric may have.
    fn high(&self) -> f64 {
        self.interval.map_or(self.got, |interval| interval.high)
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            min_precision: 0.65,
            min_recall: 0.65,
            max_model_bytes: 64 << 20,
            max_left_out: 0.5,
            max_drop: 0.02,
            significance: 0.01,
            max_slowdown: 3.0,
            allow_uncompared: false,
        }
    }
}

impl Gate {
    /// Failures on the test metrics and the model checks; none for a model that may be published.
    #[must_use]
    pub fn check(
        &self,
        test: TestMetrics<'_>,
        baselines: &[Baseline],
        model_checks: &[CheckOutcome],
    ) -> Vec<GateFailure> {
        let below_minimum = self
            .below_minimums(test)
            .filter(|below| !below.could_be_chance())
            .map(|below| GateFailure::Floor {
                setting: below.setting,
                floor: below.floor,
                got: below.got,
            });

        let no_better_than_baseline = baselines
            .iter()
            .filter(|baseline| !ranks_better(test.metrics, baseline))
            .map(|baseline| GateFailure::Baseline {
                baseline: baseline.rule.clone(),
                floor: baseline.roc_auc,
                got: test.metrics.roc_auc,
            });

        let failed_checks = model_checks.iter().filter_map(|outcome| {
            let first = outcome.failures.first()?;
            Some(GateFailure::ModelCheck {
                check: outcome.name.clone(),
                checked: outcome.checked,
                failed: outcome.failed,
                example: format!(
                    "{:?} gave {}, expected {}",
                    first.text, first.got, first.expected
                ),
            })
        });

        below_minimum
            .chain(no_better_than_baseline)
            .chain(failed_checks)
            .collect()
    }

    /// Metrics that are below their minimum, which chance may explain, so that they do not refuse
    /// the model.
    pub fn chance_misses(&self, test: TestMetrics<'_>) -> impl Iterator<Item = BelowMinimum> {
        self.below_minimums(test)
            .filter(BelowMinimum::could_be_chance)
    }

    fn below_minimums(&self, test: TestMetrics<'_>) -> impl Iterator<Item = BelowMinimum> {
        let TestMetrics { metrics, intervals } = test;
        let minimums = [
            (
                "gate.min_precision",
                self.min_precision,
                metrics.precision,
                intervals.map(|it| it.precision),
            ),
            (
                "gate.min_recall",
                self.min_recall,
                metrics.recall,
                intervals.map(|it| it.recall),
            ),
        ];
        minimums
            .into_iter()
            .filter(|&(_, floor, got, _)| got < floor)
            .map(|(setting, floor, got, interval)| BelowMinimum {
                setting,
                floor,
                got,
                interval,
            })
    }

    /// Failure on the size of the model file in bytes, if it is over the limit.
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

    /// Failures in the comparison with the production model.
    #[must_use]
    pub fn check_against_champion(&self, comparison: &ChampionComparison) -> Vec<GateFailure> {
        let ChampionComparison {
            candidate,
            production,
            became_right,
            became_wrong,
            p_value,
            differences,
            slowdown,
        } = comparison;
        let could_be_chance = |difference: fn(&Intervals) -> Interval| {
            differences
                .as_ref()
                .is_some_and(|differences| difference(differences).high >= 0.0)
        };
        let metrics = [
            (
                "F1",
                production.f1,
                candidate.f1,
                could_be_chance(|it| it.f1),
            ),
            (
                "ROC-AUC",
                production.roc_auc,
                candidate.roc_auc,
                could_be_chance(|it| it.roc_auc),
            ),
        ];
        let mut failures: Vec<GateFailure> = metrics
            .into_iter()
            .filter(|&(_, production, got, is_chance)| {
                production - got > self.max_drop && !is_chance
            })
            .map(|(metric, production, got, _)| GateFailure::Drop {
                metric,
                production,
                got,
                max_drop: self.max_drop,
            })
            .collect();

        if became_wrong > became_right && *p_value < self.significance {
            failures.push(GateFailure::Worse {
                became_wrong: *became_wrong,
                became_right: *became_right,
                p_value: *p_value,
                significance: self.significance,
            });
        }
        if *slowdown > self.max_slowdown {
            failures.push(GateFailure::Slower {
                limit: self.max_slowdown,
                got: *slowdown,
            });
        }
        failures
    }
}

/// Whether a model has a higher ROC-AUC than a baseline; a perfect model is as good as any.
fn ranks_better(metrics: &Metrics, baseline: &Baseline) -> bool {
    metrics.roc_auc > baseline.roc_auc || metrics.roc_auc >= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison() -> ChampionComparison {
        let metrics = Metrics::compute(&[0.9, 0.8, 0.2, 0.1], &[true, true, false, false], 0.5);
        ChampionComparison {
            candidate: metrics.clone(),
            production: metrics,
            became_right: 5,
            became_wrong: 5,
            p_value: 1.0,
            differences: None,
            slowdown: 1.0,
        }
    }

    fn failures(comparison: &ChampionComparison) -> Vec<String> {
        Gate::default()
            .check_against_champion(comparison)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_model_like_the_production_model_has_no_failures() {
        assert!(failures(&comparison()).is_empty());
    }

    #[test]
    fn a_drop_on_few_rows_counts_only_when_chance_does_not_explain_it() {
        let mut fallen = comparison();
        fallen.candidate.f1 -= 0.05;
        for (high, count) in [(0.01, 0), (-0.01, 1)] {
            let interval = Interval { low: -0.1, high };
            fallen.differences = Some(Intervals::from_each(|_| interval));
            assert_eq!(failures(&fallen).len(), count, "{high}");
        }
    }

    #[test]
    fn a_drop_beyond_the_limit_is_named_with_its_size() {
        let mut fallen = comparison();
        fallen.candidate.f1 -= 0.05;
        let failures = failures(&fallen);

        assert_eq!(failures.len(), 1);
        assert!(
            failures[0]
                .starts_with("the F1 of the production model is 1.0000 on rows that neither"),
            "{failures:?}"
        );
        assert!(
            failures[0].contains("0.0500 below it; `gate.max_drop` is 0.02"),
            "{failures:?}"
        );
        fallen.candidate.f1 = fallen.production.f1 - 0.01;
        assert_eq!(Gate::default().check_against_champion(&fallen), []);
    }

    #[test]
    fn equality_with_a_baseline_passes_only_when_both_are_perfect() {
        let baseline = |roc_auc| Baseline {
            rule: "with `fire` relevant".to_owned(),
            accuracy: roc_auc,
            f1: roc_auc,
            roc_auc,
        };
        let perfect = comparison().candidate;
        let imperfect = Metrics {
            roc_auc: 0.9,
            ..perfect.clone()
        };

        for (metrics, roc_auc, passes) in [
            (&perfect, 1.0, true),
            (&imperfect, 0.8, true),
            (&imperfect, 0.9, false),
            (&imperfect, 1.0, false),
        ] {
            let test = TestMetrics {
                metrics,
                intervals: None,
            };
            let failures = Gate::default().check(test, &[baseline(roc_auc)], &[]);
            assert_eq!(failures.is_empty(), passes, "{roc_auc}: {failures:?}");
        }
    }

    #[test]
    fn a_minimum_on_few_texts_is_missed_only_when_chance_does_not_explain_it() {
        let metrics = Metrics {
            precision: 0.6,
            ..comparison().candidate
        };
        let gate = Gate::default();

        for (high, failures, misses) in [
            (None, 1, 0),
            (Some(0.64), 1, 0),
            (Some(0.65), 0, 1),
            (Some(0.8), 0, 1),
        ] {
            let intervals = high.map(|high| Intervals::from_each(|_| Interval { low: 0.3, high }));
            let test = TestMetrics {
                metrics: &metrics,
                intervals: intervals.as_ref(),
            };
            assert_eq!(gate.check(test, &[], &[]).len(), failures, "{high:?}");
            assert_eq!(gate.chance_misses(test).count(), misses, "{high:?}");
        }
    }

    #[test]
    fn predictions_that_became_wrong_count_only_when_significant() {
        let insignificant = ChampionComparison {
            became_wrong: 9,
            p_value: 0.42,
            ..comparison()
        };

        assert!(failures(&insignificant).is_empty());
        let worse = ChampionComparison {
            became_wrong: 30,
            p_value: 1e-5,
            ..comparison()
        };
        assert!(failures(&worse)[0].starts_with("30 predictions became wrong and 5 right"));
        let better = ChampionComparison {
            became_right: 30,
            p_value: 1e-5,
            ..comparison()
        };
        assert!(failures(&better).is_empty());
    }

    #[test]
    fn slow_scoring_and_large_files_fail() {
        assert!(
            failures(&ChampionComparison {
                slowdown: 3.5,
                ..comparison()
            })[0]
                .starts_with("a text takes 3.5 times as long")
        );
        let gate = Gate {
            max_model_bytes: 1000,
            ..Gate::default()
        };

        assert_eq!(gate.check_model_size(1000), None);
        let failure = gate.check_model_size(1200).unwrap().to_string();
        assert!(
            failure.contains("the model file has 1200 bytes, 200 too many"),
            "{failure}"
        );
    }
}
