//! Settings of the search.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Search for the settings of terms and solver before a training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchSettings {
    /// When the search ends.
    pub budget: SearchBudget,
    /// Metric that decides.
    pub metric: SearchMetric,
}

/// End of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BudgetValue", into = "String")]
pub enum SearchBudget {
    /// After so many settings of the terms, at least one. Equal data and settings give an equal
    /// result.
    Trials(u32),
    /// After about so much time. The result depends on the speed of the machine.
    Time(Duration),
}

/// Metric on the held-out folds by which settings are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchMetric {
    /// Mean negative logarithm of the probability of the label: lower is better.
    #[default]
    LogLoss,
    /// Area under the ROC curve.
    RocAuc,
    /// Area under the precision-recall curve.
    PrAuc,
}

/// Error of parsing a [`SearchBudget`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown budget `{value}` of a search; accepted are a number of settings, 1 or more, as `24`, \
     and a time, as `60s` or `10m`"
)]
pub struct ParseSearchBudgetError {
    value: String,
}

/// A budget as a TOML file has it.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number of settings, as `24`, or a time, as `\"60s\"`"
)]
enum BudgetValue {
    Number(u32),
    Text(String),
}

impl Default for SearchBudget {
    fn default() -> Self {
        Self::Trials(24)
    }
}

impl FromStr for SearchBudget {
    type Err = ParseSearchBudgetError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let time = |number: &str, unit: u64| {
            let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
            (seconds > 0).then_some(Self::Time(Duration::from_secs(seconds)))
        };
        let trials = || {
            let trials = value.parse().ok()?;
            (trials > 0).then_some(Self::Trials(trials))
        };

        let budget = match value.split_at_checked(value.len().saturating_sub(1)) {
            Some((number, "s")) => time(number, 1),
            Some((number, "m")) => time(number, 60),
            _ => trials(),
        };
        budget.ok_or_else(|| ParseSearchBudgetError {
            value: value.to_owned(),
        })
    }
}

impl fmt::Display for SearchBudget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trials(trials) => trials.fmt(formatter),
            Self::Time(time) => write!(formatter, "{}s", time.as_secs()),
        }
    }
}

impl TryFrom<BudgetValue> for SearchBudget {
    type Error = ParseSearchBudgetError;

    fn try_from(value: BudgetValue) -> Result<Self, Self::Error> {
        match value {
            BudgetValue::Number(trials) => trials.to_string().parse(),
            BudgetValue::Text(text) => text.parse(),
        }
    }
}

impl From<SearchBudget> for String {
    fn from(budget: SearchBudget) -> Self {
        budget.to_string()
    }
}

impl SearchMetric {
    /// Name of the metric, as in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogLoss => "log loss",
            Self::RocAuc => "ROC-AUC",
            Self::PrAuc => "PR-AUC",
        }
    }

    /// Whether higher values are better.
    pub(super) const fn is_gain(self) -> bool {
        matches!(self, Self::RocAuc | Self::PrAuc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_parsed_and_written() {
        for (text, want) in [
            ("24", SearchBudget::Trials(24)),
            ("90s", SearchBudget::Time(Duration::from_secs(90))),
        ] {
            assert_eq!(text.parse(), Ok(want));
            assert_eq!(want.to_string(), text);
        }
        assert_eq!(
            "10m".parse(),
            Ok(SearchBudget::Time(Duration::from_mins(10)))
        );
        for wrong in [
            "",
            "0",
            "0s",
            "s",
            "-1",
            "1.5",
            "60 s",
            "1h",
            "999999999999999999999m",
            "é",
        ] {
            let error = wrong.parse::<SearchBudget>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{wrong}`")), "{error}");
        }
    }

    #[test]
    fn a_file_has_a_number_or_a_text() {
        for (toml, want) in [
            ("", SearchBudget::Trials(24)),
            ("budget = 7", SearchBudget::Trials(7)),
            ("budget = \"7\"", SearchBudget::Trials(7)),
            (
                "budget = \"90s\"",
                SearchBudget::Time(Duration::from_secs(90)),
            ),
        ] {
            let settings: SearchSettings = toml::from_str(toml).unwrap();
            assert_eq!(settings.budget, want, "{toml}");
        }
        assert!(toml::from_str::<SearchSettings>("budget = 0").is_err());
    }
}
