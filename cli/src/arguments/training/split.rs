//! Flags of the split into subsets.

use clap::Args;
use relevance_data::SplitBy;
use relevance_train::Settings;

use super::choice::parse_choice;
use crate::arguments::setting::set;

/// Flags for the sections `split` and `cross_validation` of the settings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Split")]
pub struct SplitArguments {
    /// Fraction of rows in the training subset.
    #[arg(long, env = "RELEVANCE_SPLIT_TRAIN", value_name = "FRACTION")]
    split_train: Option<f64>,
    /// Fraction of rows in the validation subset, on which the threshold is chosen.
    #[arg(long, env = "RELEVANCE_SPLIT_VALIDATION", value_name = "FRACTION")]
    split_validation: Option<f64>,
    /// Fraction of rows in the test subset.
    #[arg(long, env = "RELEVANCE_SPLIT_TEST", value_name = "FRACTION")]
    split_test: Option<f64>,
    /// Seed of the split.
    #[arg(long, env = "RELEVANCE_SEED", value_name = "NUMBER")]
    seed: Option<u64>,
    /// Criterion that assigns a row to a subset: `text` (its normalised text), or `group`, `time` or `subset` in a column.
    #[arg(
        long,
        env = "RELEVANCE_SPLIT_BY",
        value_name = "CHOICE",
        value_parser = parse_choice::<SplitBy>
    )]
    split_by: Option<SplitBy>,
    /// Column of the group, the time or the subset (`train`, `validation` or `test`).
    #[arg(long, env = "RELEVANCE_SPLIT_COLUMN", value_name = "COLUMN")]
    split_column: Option<String>,
    /// Folds of a cross-validation on the training and validation subsets; 0 for none.
    #[arg(long, env = "RELEVANCE_FOLDS", value_name = "NUMBER")]
    folds: Option<u32>,
}

impl SplitArguments {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut Settings) {
        let split = &mut settings.split;
        set(&mut split.train, self.split_train);
        set(&mut split.validation, self.split_validation);
        set(&mut split.test, self.split_test);
        set(&mut split.seed, self.seed);
        set(&mut split.by, self.split_by);
        set(&mut split.column, self.split_column.clone().map(Some));
        set(&mut settings.cross_validation.folds, self.folds);
    }
}
