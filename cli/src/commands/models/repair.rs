//! `relevance models repair`.

use relevance_models::{PRODUCTION, Repaired};

use super::scope::Scope;
use crate::output::{self, note};

pub async fn run(scope: &Scope) -> anyhow::Result<()> {
    let store = scope.store.open()?;
    let repaired = store.repair(&scope.name).await?;
    if scope.json {
        return output::print_json(&repaired);
    }

    output::print(&lines(&repaired))?;
    let verb = if repaired.is_changed() {
        "was repaired"
    } else {
        "needs no repair"
    };
    let advice = if repaired.aliases.version(PRODUCTION).is_none() {
        "; no version is in production: name one with `relevance models promote VERSION`"
    } else {
        ""
    };
    note(format_args!(
        "model `{}` of the store `{}` {verb}{advice}",
        scope.name,
        store.location()
    ));
    Ok(())
}

/// One line for each change.
fn lines(repaired: &Repaired) -> String {
    let withdrawn = repaired
        .withdrawn
        .iter()
        .map(|version| format!("version {version} is withdrawn: its manifest could not be read\n"));
    let rebuilt = repaired.rebuilt_aliases.then(|| {
        let aliases = &repaired.aliases;
        format!("the aliases are written anew: {aliases}\n")
    });
    let removed = repaired.removed_aliases.iter().map(|(alias, target)| {
        format!(
            "alias `{alias}` is removed: it named `{target}`, which is not a complete version\n"
        )
    });

    withdrawn.chain(rebuilt).chain(removed).collect()
}
