//! `relevance models`: the versions of a model in the store.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use relevance_models::{Aliases, Manifest, Promotion, Store};
use relevance_train::Report;
use serde::Serialize;

use crate::arguments::StoreArguments;
use crate::model::METRICS_FILE;
use crate::{model, output};

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the versions with their figures and aliases.
    List(Scope),
    /// Show a version: its files, settings, counts and figures.
    Show(Selection),
    /// Compare the figures, settings and sizes of two versions.
    Diff(Pair),
    /// Set the alias `production` to a version, and `previous` to the one before.
    Promote(Selection),
    /// Set the alias `production` back to `previous`.
    Rollback(Scope),
    /// Look for missing, altered or unfinished files and aliases to nothing.
    Check(Scope),
}

/// A model in a store.
#[derive(Debug, Args)]
pub struct Scope {
    #[command(flatten)]
    store: StoreArguments,
    /// Name of the model in the store.
    #[arg(long, env = "RELEVANCE_NAME", value_name = "NAME", default_value = "relevance")]
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

/// Two versions of a model in a store.
#[derive(Debug, Args)]
pub struct Pair {
    /// The version to compare with: an alias or a number.
    from: String,
    /// The version that is compared: an alias or a number.
    to: String,
    #[command(flatten)]
    scope: Scope,
}

/// A version in a list.
#[derive(Serialize)]
struct Listed {
    version: u64,
    aliases: Vec<String>,
    created: jiff::Timestamp,
    report: Report,
}

/// A value that two versions do not share.
#[derive(Serialize)]
struct Difference {
    key: String,
    from: serde_json::Value,
    to: serde_json::Value,
}

pub fn run(command: &ModelsCommand) -> anyhow::Result<()> {
    model::runtime()?.block_on(async {
        match command {
            ModelsCommand::List(scope) => list(scope).await,
            ModelsCommand::Show(selection) => show(selection).await,
            ModelsCommand::Diff(pair) => diff(pair).await,
            ModelsCommand::Promote(selection) => {
                let Selection { version, scope } = selection;
                tell(scope, &scope.store.open()?.promote(&scope.name, version).await?)
            }
            ModelsCommand::Rollback(scope) => tell(scope, &scope.store.open()?.rollback(&scope.name).await?),
            ModelsCommand::Check(scope) => check(scope).await,
        }
    })
}

async fn list(scope: &Scope) -> anyhow::Result<()> {
    let store = scope.store.open()?;
    let aliases = store.aliases(&scope.name).await?;
    let mut versions = Vec::new();
    for version in store.versions(&scope.name).await? {
        let manifest = store.manifest(&scope.name, version).await?;
        let report = report(&store, &manifest).await?;
        let aliases = names(&aliases, version);
        versions.push(Listed { version, aliases, created: manifest.created, report });
    }
    if versions.is_empty() {
        bail!("the store `{}` has no model `{}`: `relevance train` makes one", store.location(), scope.name);
    }
    if scope.json {
        return output::print_json(&versions);
    }
    let lines: Vec<String> = versions.iter().map(line).collect();
    let header =
        format!("{:<8} {:<20} {:>9} {:>7} {:>8}  aliases", "version", "created", "precision", "recall", "ROC-AUC");
    output::print(&format!("{header}\n{}\n", lines.join("\n")))
}

fn line(listed: &Listed) -> String {
    let Listed { version, aliases, created, report } = listed;
    let (metrics, created) = (&report.test_metrics, created.strftime("%Y-%m-%d %H:%M UTC").to_string());
    let figures = format!("{:>9.4} {:>7.4} {:>8.4}", metrics.precision, metrics.recall, metrics.roc_auc);
    format!("{version:<8} {created:<20} {figures}  {}", aliases.join(", "))
}

async fn show(selection: &Selection) -> anyhow::Result<()> {
    let Selection { version, scope } = selection;
    let store = scope.store.open()?;
    let manifest = store.resolve(&scope.name, version).await?;
    let report = report(&store, &manifest).await?;
    output::print_json(&serde_json::json!({ "manifest": manifest, "metrics": plain(&report)? }))
}

async fn diff(pair: &Pair) -> anyhow::Result<()> {
    let Pair { from, to, scope } = pair;
    let store = scope.store.open()?;
    let mut sides = Vec::new();
    for selector in [from, to] {
        let manifest = store.resolve(&scope.name, selector).await?;
        let report = report(&store, &manifest).await?;
        let settings = manifest.training.get("settings").cloned().unwrap_or_default();
        let bytes = manifest.files.get(model::MODEL_FILE).map(|file| file.bytes);
        let value = serde_json::json!({ "metrics": plain(&report)?, "settings": settings, "model_bytes": bytes });
        sides.push(flatten("", &value));
    }
    let keys: std::collections::BTreeSet<&String> = sides.iter().flat_map(|side| side.keys()).collect();
    let differences: Vec<Difference> = keys
        .into_iter()
        .map(|key| {
            let [from, to] = [0, 1].map(|side| sides[side].get(key).cloned().unwrap_or_default());
            Difference { key: key.clone(), from, to }
        })
        .filter(|difference| difference.from != difference.to)
        .collect();
    if scope.json {
        return output::print_json(&differences);
    }
    if differences.is_empty() {
        return output::print("no differences\n");
    }
    for Difference { key, from, to } in &differences {
        output::print(&format!("{key}: {from} → {to}\n"))?;
    }
    Ok(())
}

async fn check(scope: &Scope) -> anyhow::Result<()> {
    let store = scope.store.open()?;
    let findings = store.check(&scope.name).await?;
    if scope.json {
        output::print_json(&findings)?;
    } else {
        for finding in &findings {
            output::print(&format!("{finding}\n"))?;
        }
    }
    if !findings.is_empty() {
        bail!("{} findings in model `{}` of the store `{}`", findings.len(), scope.name, store.location());
    }
    eprintln!("model `{}` of the store `{}` is whole", scope.name, store.location());
    Ok(())
}

fn tell(scope: &Scope, promotion: &Promotion) -> anyhow::Result<()> {
    if scope.json {
        return output::print_json(promotion);
    }
    let Promotion { production, previous, changed } = promotion;
    let previous = previous.map_or_else(|| "none".to_owned(), |version| version.to_string());
    let verb = if *changed { "is now" } else { "was already" };
    output::print(&format!("production {verb} version {production}, previous is {previous}\n"))
}

async fn report(store: &Store, manifest: &Manifest) -> anyhow::Result<Report> {
    let json = store.read(manifest, METRICS_FILE).await?;
    serde_json::from_slice(&json)
        .with_context(|| format!("`{METRICS_FILE}` of version {} is not a report of this tool", manifest.version))
}

/// The report as its file has it: a value made of it directly would widen each `f32` and show other digits.
fn plain(report: &Report) -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::from_str(&serde_json::to_string(report)?)?)
}

fn names(aliases: &Aliases, version: u64) -> Vec<String> {
    let named = aliases.iter().filter(|(alias, _)| aliases.version(alias) == Some(version));
    named.map(|(alias, _)| alias.to_owned()).collect()
}

/// The leaves of a JSON value by their dotted path.
fn flatten(path: &str, value: &serde_json::Value) -> std::collections::BTreeMap<String, serde_json::Value> {
    let serde_json::Value::Object(fields) = value else {
        return [(path.to_owned(), value.clone())].into();
    };
    let inner = |key: &String| if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
    fields.iter().flat_map(|(key, value)| flatten(&inner(key), value)).collect()
}
