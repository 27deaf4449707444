//! Changes of aliases: promotion, rollback, and any single alias.

use serde::Serialize;

use crate::aliases::Aliases;
use crate::aliases::{PREVIOUS, PRODUCTION};
use crate::error::StoreError;
use crate::name::{validate_alias, validate_name};
use crate::store::open::Store;
use crate::store::update::Change;

/// Result of a promotion or a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Promotion {
    /// Version in production.
    pub production: u64,
    /// Version to which a rollback would return.
    pub previous: Option<u64>,
    /// Whether an alias changed; `false` when the version was in production already.
    pub changed: bool,
}

impl Store {
    /// Sets an alias to a complete version after checking its files.
    ///
    /// # Errors
    ///
    /// When a name is not valid, the version does not exist or is damaged, or the object store
    /// fails.
    pub async fn set_alias(&self, name: &str, alias: &str, version: u64) -> Result<(), StoreError> {
        validate_alias(alias)?;
        self.manifest(name, version).await?;

        self.update_aliases(name, |aliases| {
            aliases.set(alias, version);
            Ok(Change {
                target: Some(version),
                outcome: (),
            })
        })
        .await
    }

    /// Puts a version into production after checking its files; the old one becomes `previous`.
    ///
    /// Nothing changes when the version is in production already.
    ///
    /// # Errors
    ///
    /// When there is no such version, it is damaged, or the object store fails.
    pub async fn promote(&self, name: &str, selector: &str) -> Result<Promotion, StoreError> {
        let target = self.resolve(name, selector).await?.version;
        self.update_aliases(name, |aliases| {
            Ok(Change {
                target: Some(target),
                outcome: put_in_production(aliases, target),
            })
        })
        .await
    }

    /// Restores the version that was in production before; a second call undoes the first.
    ///
    /// # Errors
    ///
    /// When no version was in production before, it is damaged, or the object store fails.
    pub async fn rollback(&self, name: &str) -> Result<Promotion, StoreError> {
        validate_name(name)?;
        let no_previous = || StoreError::NoPrevious {
            name: name.to_owned(),
        };
        self.aliases(name)
            .await?
            .version(PREVIOUS)
            .ok_or_else(no_previous)?;

        self.update_aliases(name, |aliases| {
            let target = aliases.version(PREVIOUS).ok_or_else(no_previous)?;
            Ok(Change {
                target: Some(target),
                outcome: put_in_production(aliases, target),
            })
        })
        .await
    }
}

/// Sets `production` to `target` and `previous` to the version that was in production.
fn put_in_production(aliases: &mut Aliases, target: u64) -> Promotion {
    let present = aliases.version(PRODUCTION);
    let changed = present != Some(target);
    if changed {
        aliases.set(PRODUCTION, target);
        if let Some(present) = present {
            aliases.set(PREVIOUS, present);
        }
    }

    Promotion {
        production: target,
        previous: aliases.version(PREVIOUS),
        changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_and_previous_change_together() {
        let mut aliases = Aliases::default();
        for (target, previous, changed) in [
            (1, None, true),
            (1, None, false),
            (2, Some(1), true),
            (1, Some(2), true),
        ] {
            let want = Promotion {
                production: target,
                previous,
                changed,
            };
            assert_eq!(put_in_production(&mut aliases, target), want);
        }
    }
}
