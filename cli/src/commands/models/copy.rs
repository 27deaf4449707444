//! `relevance models copy`.

use clap::Args;
use relevance_models::{CANDIDATE, Copied, CopyExtent, Promotion, Store};

use super::placed::Placed;
use super::scope::Selection;
use crate::exit::WrongUsage;

/// Flags of the command.
#[derive(Debug, Args)]
pub struct CopyArguments {
    #[command(flatten)]
    selection: Selection,
    /// Store that gets the copy: a folder, or a URL as for `--store`.
    #[arg(long, value_name = "LOCATION")]
    to: String,
    /// Leave out every file that contains texts of the data: the report and the frozen test rows.
    #[arg(long)]
    public: bool,
    /// Set the alias `production` there as well, and `previous` to the version before.
    #[arg(long)]
    promote: bool,
}

pub async fn run(arguments: &CopyArguments) -> anyhow::Result<()> {
    let CopyArguments {
        selection: Selection { version, scope },
        to,
        public,
        promote,
    } = arguments;
    let source = scope.store.open()?;
    let target = Store::open(to).map_err(|error| WrongUsage(error.into()))?;
    let extent = if *public {
        CopyExtent::Public
    } else {
        CopyExtent::All
    };

    let Copied { manifest, is_new } = source.copy(&scope.name, version, &target, extent).await?;
    let placed = Placed {
        name: &scope.name,
        version: manifest.version,
        is_new,
        promotion: set_aliases(&target, &scope.name, manifest.version, *promote).await?,
    };
    placed.print(scope.json, &line(&placed, &target))
}

/// Sets the alias `candidate`, and `production` with `promote`.
async fn set_aliases(
    target: &Store,
    name: &str,
    version: u64,
    promote: bool,
) -> anyhow::Result<Option<Promotion>> {
    target.set_alias(name, CANDIDATE, version).await?;
    if !promote {
        return Ok(None);
    }
    Ok(Some(target.promote(name, &version.to_string()).await?))
}

/// Describes the version.
fn line(placed: &Placed, target: &Store) -> String {
    let (name, version, location) = (placed.name, placed.version, target.location());
    if placed.is_new {
        format!("copied to {name} version {version} in `{location}`")
    } else {
        format!("nothing new: {name} version {version} in `{location}` has these files")
    }
}
