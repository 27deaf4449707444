//! Flags of tables.

use anyhow::anyhow;
use clap::Args;

use crate::arguments::CommaList;
use crate::exit::WrongUsage;

/// Flags of tables: which column is scored, and which are kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tables")]
pub struct TableArguments {
    /// Column of the texts in a table, or a path with dots (`data.text`) in JSON and Parquet. A table is CSV, JSON or Parquet,
    /// which may be compressed (.gz, .zst, .bz2, .xz, .zip); it is read as in training. Every row is written with its label, its
    /// probability and its number of known terms.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["texts", "lines"])]
    pub text_column: Option<String>,
    /// Columns that are written beside the added ones, separated by commas; all of them by default. A name that has a comma
    /// is between double quotes: `'"a,b",c'`.
    #[arg(long, value_name = "NAMES", requires = "text_column")]
    keep: Vec<CommaList>,
    /// Start of the names of the added columns, as in `predicted_` for `predicted_label`.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        requires = "text_column"
    )]
    pub prefix: String,
}

impl TableArguments {
    /// Checks that this build reads tables, and that no column is kept twice.
    pub fn check(&self) -> anyhow::Result<()> {
        if cfg!(not(feature = "train")) && self.text_column.is_some() {
            return Err(WrongUsage(anyhow!(
                "this build does not read tables: take the full build"
            ))
            .into());
        }
        let mut names = self.kept();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => {
                Err(WrongUsage(anyhow!("`--keep` has the column `{}` twice", pair[0])).into())
            }
            None => Ok(()),
        }
    }

    /// Returns the columns that are kept; all without any.
    pub fn kept(&self) -> Vec<String> {
        CommaList::values(&self.keep)
    }
}
