//! `relevance models check`.

use anyhow::bail;
use relevance_models::{Finding, Remedy};

use super::scope::Scope;
use crate::output::{self, note};

pub async fn run(scope: &Scope) -> anyhow::Result<()> {
    let store = scope.store.open()?;
    let findings = store.check(&scope.name).await?;
    if scope.json {
        output::print_json(&findings)?;
    } else {
        for finding in &findings {
            output::print(&format!("{finding}\n"))?;
        }
    }

    let damage = findings
        .iter()
        .filter(|finding| finding.is_damage())
        .count();
    let advice = advice(&findings);
    if damage > 0 {
        bail!(
            "{damage} findings in model `{}` of the store `{}`{advice}",
            scope.name,
            store.location()
        );
    }

    note(format_args!(
        "model `{}` of the store `{}` is whole{advice}",
        scope.name,
        store.location()
    ));
    Ok(())
}

/// Returns what to do about the findings, each remedy once, after a semicolon.
fn advice(findings: &[Finding]) -> String {
    let remedies = [
        (
            Remedy::Repair,
            "`relevance models repair` makes the aliases and manifests readable",
        ),
        (
            Remedy::Prune,
            "`relevance models prune` removes what no version needs once it is an hour old, and \
             `--grace 0s` at once, when no other process publishes",
        ),
        (
            Remedy::Restore,
            "files that are missing or altered come from a copy of the store; without one put \
             another version into production with `relevance models promote`, or train one with \
             `relevance train --allow-uncompared --promote`",
        ),
    ];
    let has = |remedy| {
        let mut needed = findings.iter().filter_map(Finding::remedy);
        needed.any(|needed| needed == remedy)
    };
    let mut advice = String::new();
    for (_, remedy) in remedies.iter().filter(|&&(remedy, _)| has(remedy)) {
        advice += "; ";
        advice += remedy;
    }
    advice
}
