//! `relevance models`: the versions of a model in the store.

mod check;
mod diff;
mod list;
mod prune;
mod vocabulary;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use relevance_models::{Manifest, Promotion, Store};
use serde::de::DeserializeOwned;

use crate::arguments::StoreArguments;
use crate::workflow::version_files::METRICS_FILE;
use crate::{async_runtime, output};

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the versions with their metrics and aliases.
    List(Scope),
    /// Show a version: its files, settings, counts and metrics.
    Show(Selection),
    /// Compare the metrics, settings, sizes, vocabularies and predictions of two versions.
    ///
    /// Predictions are compared on the frozen test rows of the second version, if the store has them.
    Diff(diff::Pair),
    /// Set the alias `production` to a version, and `previous` to the one before.
    Promote(Selection),
    /// Set the alias `production` back to `previous`.
    Rollback(Scope),
    /// Find missing, altered and unfinished files, and aliases of missing versions.
    Check(Scope),
    /// Remove old versions without an alias, and leftovers of interrupted publications.
    Prune(prune::PruneArguments),
}

/// A model in a store.
#[derive(Debug, Args)]
pub struct Scope {
    #[command(flatten)]
    store: StoreArguments,
    /// Name of the model in the store.
    #[arg(
        long,
        env = "RELEVANCE_NAME",
        value_name = "NAME",
        default_value = "relevance"
    )]
    name: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A version of a model in a store.
#[derive(Debug, Args)]
pub struct Selection {
    /// Version of the model: an alias or a number.
    version: String,
    #[command(flatten)]
    scope: Scope,
}

pub fn run(command: &ModelsCommand) -> anyhow::Result<()> {
    async_runtime::start()?.block_on(async {
        match command {
            ModelsCommand::List(scope) => list::list(scope).await,
            ModelsCommand::Show(selection) => list::show(selection).await,
            ModelsCommand::Diff(pair) => diff::run(pair).await,
            ModelsCommand::Promote(selection) => {
                let Selection { version, scope } = selection;
                let promotion = scope.store.open()?.promote(&scope.name, version).await?;
                print_promotion(scope, &promotion)
            }
            ModelsCommand::Rollback(scope) => {
                let promotion = scope.store.open()?.rollback(&scope.name).await?;
                print_promotion(scope, &promotion)
            }
            ModelsCommand::Check(scope) => check::run(scope).await,
            ModelsCommand::Prune(arguments) => prune::run(arguments).await,
        }
    })
}

fn print_promotion(scope: &Scope, promotion: &Promotion) -> anyhow::Result<()> {
    if scope.json {
        return output::print_json(promotion);
    }

    let Promotion {
        production,
        previous,
        changed,
    } = promotion;
    let previous = previous.map_or_else(|| "none".to_owned(), |version| version.to_string());
    let verb = if *changed { "is now" } else { "was already" };
    output::print(&format!(
        "production {verb} version {production}, previous is {previous}\n"
    ))
}

/// Reads the report of a version, as the type of this tool or as plain JSON.
async fn report<T: DeserializeOwned>(store: &Store, manifest: &Manifest) -> anyhow::Result<T> {
    let json = store.read(manifest, METRICS_FILE).await?;
    serde_json::from_slice(&json).with_context(|| {
        format!(
            "`{METRICS_FILE}` of version {} is not a report of this tool",
            manifest.version
        )
    })
}
