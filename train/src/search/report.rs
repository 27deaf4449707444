//! The table of a search: what was tried, and how it did.

use serde::{Deserialize, Serialize};

use super::settings::SearchMetric;
use crate::fit::class_weight::ClassWeight;
use crate::fit::settings::FeatureTraining;

/// Table of the trials of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchReport {
    /// Metric that decided.
    pub metric: SearchMetric,
    /// The trials: those on the most rows first, of these the best first, which has the chosen
    /// settings.
    pub trials: Vec<Trial>,
}

/// Settings that a search tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Terms of a text.
    pub features: FeatureTraining,
    /// Weights of the two classes.
    pub class_weight: ClassWeight,
    /// Number of rows in the folds of its last round.
    pub rows: usize,
    /// Result of its last round; `None` when no term was frequent enough.
    pub score: Option<Score>,
}

/// The best weight of the penalty with the settings of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Weight of the penalty.
    pub alpha: f64,
    /// Mean of the metric over the folds.
    pub value: f64,
}

impl SearchReport {
    /// Returns the chosen settings as sections of a TOML file.
    ///
    /// # Panics
    /// Never: the first trial has a score, and settings are plain values.
    #[must_use]
    pub fn to_toml(&self) -> String {
        #[derive(Serialize)]
        struct Sections<'a> {
            features: &'a FeatureTraining,
            solver: Solver,
        }
        #[derive(Serialize)]
        struct Solver {
            alpha: f64,
            class_weight: ClassWeight,
        }

        let Trial {
            features,
            class_weight,
            score,
            ..
        } = &self.trials[0];
        let score = score.expect("a search without a score has no report");
        let sections = Sections {
            features,
            solver: Solver {
                alpha: score.alpha,
                class_weight: *class_weight,
            },
        };
        toml::to_string(&sections).expect("settings are plain values")
    }
}
