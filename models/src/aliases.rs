//! Names of versions.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::version_set::VersionSet;

/// Alias of the version that is served.
pub const PRODUCTION: &str = "production";
/// Alias of the version that was trained last.
pub const CANDIDATE: &str = "candidate";
/// Alias of the version that was in production before the present one.
pub const PREVIOUS: &str = "previous";

/// Key of the record of pruned versions, not itself an alias.
const PRUNED: &str = "_pruned";

/// Aliases of a model, sorted by name; in JSON an object of strings: `{"production": "3"}`.
///
/// The same object records the numbers of pruned versions (`"_pruned": [[1, 2]]`), so that one
/// conditional put decides whether a version is named or pruned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aliases {
    #[serde(
        rename = "_pruned",
        default,
        skip_serializing_if = "VersionSet::is_empty"
    )]
    pruned: VersionSet,
    #[serde(flatten)]
    aliases: BTreeMap<String, String>,
}

impl Aliases {
    /// Returns the version that an alias names, if it is set and a number.
    #[must_use]
    pub fn version(&self, alias: &str) -> Option<u64> {
        self.aliases.get(alias)?.parse().ok()
    }

    /// Returns every alias with its version, sorted by alias.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases
            .iter()
            .map(|(alias, version)| (alias.as_str(), version.as_str()))
    }

    /// Returns whether no alias is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.aliases.is_empty()
    }

    /// Returns what can be read of damaged JSON: the complete pairs of a name and a version, and the
    /// record of pruned versions.
    pub(crate) fn from_damaged(text: &str) -> Self {
        let mut found = Self::default();
        let quotes: Vec<usize> = text.match_indices('"').map(|(index, _)| index).collect();
        for ends in quotes.windows(2) {
            let (name, rest) = (&text[ends[0] + 1..ends[1]], &text[ends[1] + 1..]);
            let Some(rest) = rest.trim_start().strip_prefix(':') else {
                continue;
            };

            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            let Some(Ok(value)) = values.next() else {
                continue;
            };
            // A number at the end of the text may lack its last digits.
            let is_whole = !value.is_number() || values.byte_offset() < rest.len();
            if name == PRUNED {
                found.pruned = serde_json::from_value(value).unwrap_or_default();
            } else if is_whole && let Ok(version) = value.to_string().trim_matches('"').parse() {
                found.set(name, version);
            }
        }
        found
    }

    pub(crate) fn remove(&mut self, alias: &str) {
        self.aliases.remove(alias);
    }

    pub(crate) fn set(&mut self, alias: &str, version: u64) {
        self.aliases.insert(alias.to_owned(), version.to_string());
    }

    /// Returns whether an alias names the version.
    pub(crate) fn names(&self, version: u64) -> bool {
        self.aliases
            .keys()
            .any(|alias| self.version(alias) == Some(version))
    }

    /// Returns the versions that no alias may name and no publisher may use again.
    pub(crate) const fn pruned(&self) -> &VersionSet {
        &self.pruned
    }

    /// Records a version as pruned, for good.
    ///
    /// If a record were removed, the object could again equal what a slow writer has read, and its
    /// conditional put would succeed.
    pub(crate) fn prune(&mut self, version: u64) {
        self.pruned.insert(version);
    }

    /// Returns the stored form: indented JSON with a trailing newline.
    pub(crate) fn to_json(&self) -> Bytes {
        let mut json =
            serde_json::to_vec_pretty(self).expect("every key of the aliases is a string");
        json.push(b'\n');

        json.into()
    }
}

impl fmt::Display for Aliases {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("none");
        }

        for (index, (alias, version)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{alias} ({version})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_stored_as_a_sorted_object_of_strings() {
        let mut aliases = Aliases::default();
        aliases.set(PRODUCTION, 3);
        aliases.set(CANDIDATE, 4);
        assert_eq!(
            aliases.to_json(),
            "{\n  \"candidate\": \"4\",\n  \"production\": \"3\"\n}\n"
        );
        assert_eq!(aliases.to_string(), "candidate (4), production (3)");
    }

    #[test]
    fn pruned_numbers_are_kept_beside_the_aliases() {
        let mut aliases = Aliases::default();
        aliases.set(PRODUCTION, 3);
        aliases.prune(1);
        aliases.prune(2);
        let json = aliases.to_json();
        let value: Value = serde_json::from_slice(&json).unwrap();

        assert_eq!(
            value,
            serde_json::json!({"_pruned": [[1, 2]], "production": "3"})
        );
        assert_eq!(serde_json::from_slice::<Aliases>(&json).unwrap(), aliases);
        assert_eq!(aliases.iter().collect::<Vec<_>>(), [("production", "3")]);
        assert!(aliases.names(3) && !aliases.names(1));
    }

    #[test]
    fn the_readable_part_of_damaged_aliases_is_kept() {
        let whole =
            r#"{"_pruned": [[1, 2]], "candidate": "14", "previous": "11", "production": "13"}"#;
        let mut aliases: Aliases = serde_json::from_str(whole).unwrap();
        assert_eq!(Aliases::from_damaged(whole), aliases);
        assert_eq!(Aliases::from_damaged(&whole[..whole.len() - 1]), aliases);

        // The last value lacks its end.
        aliases.remove(PRODUCTION);
        assert_eq!(Aliases::from_damaged(&whole[..whole.len() - 3]), aliases);

        let cases = [
            ("", vec![]),
            ("\0\0\0\0", vec![]),
            ("{\"candidate\"", vec![]),
            (
                "{\"candidate\": 14, \"production\": 1",
                vec![("candidate", "14")],
            ),
            ("{\"candidate\": \"four\", \"x\": \"3\"", vec![("x", "3")]),
        ];
        for (text, want) in cases {
            let aliases = Aliases::from_damaged(text);
            assert_eq!(aliases.iter().collect::<Vec<_>>(), want, "{text:?}");
        }
    }
}
