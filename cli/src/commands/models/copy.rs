//! `relevance models copy`.

use clap::Args;
use relevance_models::{CANDIDATE, Copied, CopyExtent, Promotion, Store};
use serde::Serialize;

use super::scope::Selection;
use crate::exit::WrongUsage;
use crate::output;

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

/// Output of `--json`.
#[derive(Serialize)]
struct Output<'a> {
    name: &'a str,
    version: u64,
    is_new: bool,
    promotion: Option<Promotion>,
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
    let output = Output {
        name: &scope.name,
        version: manifest.version,
        is_new,
        promotion: set_aliases(&target, &scope.name, manifest.version, *promote).await?,
    };

    if scope.json {
        output::print_json(&output)
    } else {
        output::print(&output.lines(&target))
    }
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

impl Output<'_> {
    fn lines(&self, target: &Store) -> String {
        let (name, version, location) = (self.name, self.version, target.location());
        let copied = if self.is_new {
            format!("copied to {name} version {version} in `{location}`\n")
        } else {
            format!("nothing new: {name} version {version} in `{location}` has these files\n")
        };

        let promoted = self
            .promotion
            .as_ref()
            .map(super::promotion::promotion_line);
        copied + &promoted.unwrap_or_default()
    }
}
