//! `relevance models check`.

use anyhow::bail;
use relevance_models::Finding;

use super::scope::Scope;
use crate::output;

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

    eprintln!(
        "model `{}` of the store `{}` is whole{advice}",
        scope.name,
        store.location()
    );
    Ok(())
}

/// Returns what to do about the findings, each remedy once, after a semicolon.
fn advice(findings: &[Finding]) -> String {
    let has = |remedy| {
        findings
            .iter()
            .any(|finding| finding.remedy() == Some(remedy))
    };
    let mut advice = String::new();
    if has("repair") {
        advice += "; `relevance models repair` makes the aliases and manifests readable";
    }
    if has("prune") {
        advice += "; `relevance models prune` removes what no version needs";
    }
    advice
}
