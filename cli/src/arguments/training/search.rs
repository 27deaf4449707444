//! Flags of the search for settings, and of the learning curve.

use clap::Args;
use relevance_train::{SearchBudget, SearchMetric, Settings};

use super::choice::parse_choice;
use crate::arguments::setting::set;

/// Flags for the section `search` of the settings, and for `learning_curve`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Search")]
pub struct SearchArguments {
    /// Choose the settings of terms and penalty by cross-validation on the training subset; those that differ
    /// from their default are kept.
    #[arg(
        long,
        env = "RELEVANCE_SEARCH",
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true"
    )]
    search: Option<bool>,
    /// Number of settings that a search tries, or its time as `60s` or `10m`; turns the search on.
    #[arg(long, env = "RELEVANCE_SEARCH_BUDGET", value_name = "BUDGET")]
    search_budget: Option<SearchBudget>,
    /// Metric by which a search chooses: `log-loss`, `roc-auc` or `pr-auc`; turns the search on.
    #[arg(
        long,
        env = "RELEVANCE_SEARCH_METRIC",
        value_name = "CHOICE",
        value_parser = parse_choice::<SearchMetric>
    )]
    search_metric: Option<SearchMetric>,
    /// Measure models that are fitted on parts of the training subset: would more labels help?
    #[arg(
        long,
        env = "RELEVANCE_LEARNING_CURVE",
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true"
    )]
    learning_curve: Option<bool>,
}

impl SearchArguments {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut Settings) {
        let is_described = self.search_budget.is_some() || self.search_metric.is_some();
        match self.search {
            Some(false) => settings.search = None,
            Some(true) => _ = settings.search.get_or_insert_default(),
            None if is_described => _ = settings.search.get_or_insert_default(),
            None => {}
        }

        if let Some(search) = &mut settings.search {
            set(&mut search.budget, self.search_budget);
            set(&mut search.metric, self.search_metric);
        }
        set(&mut settings.learning_curve, self.learning_curve);
    }
}
