//! `relevance models list` and `relevance models show`.

use anyhow::bail;
use relevance_models::Aliases;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::scope::{Scope, Selection, report};
use crate::output;

/// A version in a list.
#[derive(Serialize)]
struct Listed {
    version: u64,
    aliases: Vec<String>,
    created: jiff::Timestamp,
    report: Report,
}

/// The part of a report that a list shows; JSON has all of it.
#[derive(Deserialize, Serialize)]
struct Report {
    test_metrics: TestMetrics,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct TestMetrics {
    precision: f64,
    recall: f64,
    roc_auc: f64,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

pub async fn list(scope: &Scope) -> anyhow::Result<()> {
    let store = scope.store.open()?;
    let aliases = store.aliases(&scope.name).await?;

    let mut versions = Vec::new();
    for version in store.versions(&scope.name).await? {
        let manifest = store.manifest(&scope.name, version).await?;
        let report = report(&store, &manifest).await?;
        let aliases = names(&aliases, version);
        versions.push(Listed {
            version,
            aliases,
            created: manifest.created,
            report,
        });
    }
    if versions.is_empty() {
        bail!(
            "the store `{}` has no model `{}`: `relevance train` makes one",
            store.location(),
            scope.name
        );
    }
    if scope.json {
        return output::print_json(&versions);
    }

    let lines: Vec<String> = versions.iter().map(line).collect();
    let header = format!(
        "{:<8} {:<20} {:>9} {:>7} {:>8}  aliases",
        "version", "created", "precision", "recall", "ROC-AUC"
    );
    output::print(&format!("{header}\n{}\n", lines.join("\n")))
}

fn line(listed: &Listed) -> String {
    let Listed {
        version,
        aliases,
        created,
        report,
    } = listed;
    let created = created.strftime("%Y-%m-%d %H:%M UTC").to_string();

    let metrics = &report.test_metrics;
    let metrics = format!(
        "{:>9.4} {:>7.4} {:>8.4}",
        metrics.precision, metrics.recall, metrics.roc_auc
    );

    let aliases = aliases.join(", ");
    format!("{version:<8} {created:<20} {metrics}  {aliases}")
}

fn names(aliases: &Aliases, version: u64) -> Vec<String> {
    let named = aliases
        .iter()
        .filter(|(alias, _)| aliases.version(alias) == Some(version));
    named.map(|(alias, _)| alias.to_owned()).collect()
}

pub async fn show(selection: &Selection) -> anyhow::Result<()> {
    let Selection { version, scope } = selection;
    let store = scope.store.open()?;
    let manifest = store.resolve(&scope.name, version).await?;
    let metrics: Value = report(&store, &manifest).await?;
    output::print_json(&serde_json::json!({ "manifest": manifest, "metrics": metrics }))
}
