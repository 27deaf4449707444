//! `relevance models prune`.

use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use relevance_models::{PruneOptions, Pruned};

use super::scope::Scope;
use crate::arguments::whole_number;
use crate::output::{self, note};

/// Flags of the command.
#[derive(Debug, Args)]
pub struct PruneArguments {
    #[command(flatten)]
    scope: Scope,
    /// Number of newest versions that are kept, beside those with an alias.
    #[arg(
        long,
        env = "RELEVANCE_PRUNE_KEEP",
        value_name = "N",
        default_value_t = PruneOptions::default().keep,
        value_parser = whole_number::<usize>
    )]
    keep: usize,
    /// Minimum age of unfinished versions, staging files and unnamed test rows that are removed, such as `90m`; it must be
    /// longer than a publication.
    #[arg(
        long,
        env = "RELEVANCE_PRUNE_GRACE",
        value_name = "DURATION",
        default_value = "1h",
        value_parser = parse_duration
    )]
    grace: Duration,
    /// Print what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(arguments: &PruneArguments) -> anyhow::Result<()> {
    let PruneArguments {
        scope,
        keep,
        grace,
        dry_run,
    } = arguments;
    let store = scope.store.open()?;
    let options = PruneOptions {
        keep: *keep,
        grace: *grace,
    };
    let pruned = if *dry_run {
        store.prunable(&scope.name, &options).await?
    } else {
        store.prune(&scope.name, &options).await?
    };

    if scope.json {
        return output::print_json(&pruned);
    }

    output::print(&lines(&pruned))?;
    let verb = if *dry_run {
        "would be removed"
    } else {
        "was removed"
    };
    let what = if pruned.is_empty() { "nothing" } else { "this" };
    let young = if pruned.is_empty() && !grace.is_zero() {
        "; what an unfinished publication left is kept for the time of `--grace`"
    } else {
        ""
    };
    note(format_args!(
        "{what} {verb} of model `{}` in the store `{}`{young}",
        scope.name,
        store.location()
    ));
    Ok(())
}

/// One line for each removed item.
fn lines(pruned: &Pruned) -> String {
    let Pruned {
        versions,
        incomplete,
        staging,
        test_rows,
    } = pruned;
    let versions = versions
        .iter()
        .map(|version| format!("version {version}\n"));
    let incomplete = incomplete
        .iter()
        .map(|version| format!("incomplete version {version}\n"));
    let staging = staging.iter().map(|path| format!("staging file {path}\n"));
    let test_rows = test_rows
        .iter()
        .map(|digest| format!("test rows {digest}\n"));

    versions
        .chain(incomplete)
        .chain(staging)
        .chain(test_rows)
        .collect()
}

/// Parses a duration such as `1h`, `90m` or `0s`.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let duration: SignedDuration = text
        .parse()
        .map_err(|error: jiff::Error| error.to_string())?;
    Duration::try_from(duration).map_err(|_| "it is negative".to_owned())
}
