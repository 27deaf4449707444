//! The subcommands, and the function that runs each.

use clap::Subcommand;
use relevance_models::Promotion;

#[cfg(feature = "train")]
use super::add::{self, AddArguments};
use super::copy::{self, CopyArguments};
#[cfg(feature = "train")]
use super::diff::{self, Pair};
use super::promotion::promotion_line;
use super::prune::{self, PruneArguments};
use super::scope::{Scope, Selection};
use super::{check, list, repair};
use crate::{async_runtime, output};

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the versions with their metrics and aliases.
    List(Scope),
    /// Show a version: its files, settings, counts and metrics.
    Show(Selection),
    #[cfg(feature = "train")]
    /// Compare the metrics, settings, sizes, vocabularies and predictions of two versions.
    ///
    /// Predictions are compared on the frozen test rows of the second version, if the store has them.
    Diff(Pair),
    /// Set the alias `production` to a version, and `previous` to the one before.
    Promote(Selection),
    /// Set the alias `production` back to `previous`.
    Rollback(Scope),
    #[cfg(feature = "train")]
    /// Publish a model file that was trained elsewhere, and set the alias `candidate`.
    ///
    /// Nothing is published when a version has the same file already. The version has no frozen test rows.
    Add(AddArguments),
    /// Copy a version to another store, and set the alias `candidate` there.
    ///
    /// Nothing is copied when a version there has the same files already.
    Copy(CopyArguments),
    /// Find missing, altered and unfinished files, and aliases of missing versions.
    Check(Scope),
    /// Make a model usable again whose aliases or manifests cannot be read.
    ///
    /// A version with an unreadable manifest is withdrawn, with its files kept until `prune`. Of the
    /// aliases what is readable is kept; `production` is never guessed.
    Repair(Scope),
    /// Remove old versions without an alias, and leftovers of interrupted publications.
    Prune(PruneArguments),
}

pub fn run(command: &ModelsCommand) -> anyhow::Result<()> {
    async_runtime::start()?.block_on(async {
        match command {
            ModelsCommand::List(scope) => list::list(scope).await,
            ModelsCommand::Show(selection) => list::show(selection).await,
            #[cfg(feature = "train")]
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
            #[cfg(feature = "train")]
            ModelsCommand::Add(arguments) => add::run(arguments).await,
            ModelsCommand::Copy(arguments) => copy::run(arguments).await,
            ModelsCommand::Check(scope) => check::run(scope).await,
            ModelsCommand::Repair(scope) => repair::run(scope).await,
            ModelsCommand::Prune(arguments) => prune::run(arguments).await,
        }
    })
}

fn print_promotion(scope: &Scope, promotion: &Promotion) -> anyhow::Result<()> {
    if scope.json {
        return output::print_json(promotion);
    }

    output::print(&promotion_line(promotion))
}
