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
    if damage > 0 {
        bail!(
            "{damage} findings in model `{}` of the store `{}`",
            scope.name,
            store.location()
        );
    }

    let has_unnamed_rows = findings
        .iter()
        .any(|finding| matches!(finding, Finding::UnnamedTestRows { .. }));
    let advice = if has_unnamed_rows {
        "; `relevance models prune` removes what no version names"
    } else {
        ""
    };
    eprintln!(
        "model `{}` of the store `{}` is whole{advice}",
        scope.name,
        store.location()
    );
    Ok(())
}
