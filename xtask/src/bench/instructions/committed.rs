//! The committed figures: a change of more than a tenth must be committed with what caused it, whatever its direction.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use crate::bench::figures::grouped;
use crate::command::root;

/// Where they are.
pub const FILE: &str = "xtask/bench/instructions.json";
/// What replaces them.
const WRITE: &str = "cargo xtask bench instructions --write";
/// A figure may be one part in so many of the committed one away from it.
const TOLERATED_PART: u64 = 10;

/// Instructions for a sentence, by the key of the operation.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<String, u64>);

impl Counts {
    /// Reads the committed ones.
    pub fn committed() -> Result<Self> {
        let text = fs::read_to_string(root().join(FILE))
            .with_context(|| format!("cannot read {FILE}: write it with `{WRITE}`"))?;
        serde_json::from_str(&text).with_context(|| format!("{FILE} is no object of numbers"))
    }

    /// Replaces the committed ones.
    pub fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(root().join(FILE), text).with_context(|| format!("cannot write {FILE}"))
    }

    /// Compares with the committed ones.
    ///
    /// # Errors
    /// When they are of other operations, or a figure is too far away.
    pub fn check(&self, committed: &Self) -> Result<()> {
        let keys = self
            .0
            .keys()
            .chain(committed.0.keys().filter(|key| !self.0.contains_key(*key)));
        let differences = keys.filter_map(|key| {
            difference(key, committed.0.get(key).copied(), self.0.get(key).copied())
        });
        let differences: Vec<_> = differences.collect();
        if differences.is_empty() {
            return Ok(());
        }
        bail!(
            "the instructions for a sentence are not those of {FILE}:\n  {}\nIf that is meant, run `{WRITE}` and commit the \
             file with its cause",
            differences.join("\n  ")
        )
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a sentence takes fewer than 2^52 instructions"
)]
fn difference(key: &str, committed: Option<u64>, now: Option<u64>) -> Option<String> {
    match (committed, now) {
        (Some(committed), Some(now)) => {
            (now.abs_diff(committed).saturating_mul(TOLERATED_PART) > committed).then(|| {
                let percent = 100.0 * (now as f64 / committed as f64 - 1.0);
                let (committed, now) = (grouped(committed), grouped(now));
                format!("{key}: {now} where {committed} is committed, {percent:+.0} %")
            })
        }
        (None, Some(now)) => Some(format!(
            "{key}: {} where nothing is committed",
            grouped(now)
        )),
        (Some(_), None) => Some(format!("{key}: committed, and no longer counted")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> Counts {
        Counts(
            counts
                .iter()
                .map(|&(key, count)| (key.to_owned(), count))
                .collect(),
        )
    }

    #[test]
    fn a_tenth_more_or_less_is_the_same() {
        let committed = counts(&[("predict", 10_000)]);
        for now in [9_000, 10_000, 11_000] {
            counts(&[("predict", now)]).check(&committed).unwrap();
        }
    }

    #[test]
    fn more_and_less_are_refused_with_what_to_do() {
        let committed = counts(&[("predict", 10_000)]);
        for (now, want) in [
            (8_999, "8,999 where 10,000 is committed, -10 %"),
            (20_000, "20,000 where 10,000 is committed, +100 %"),
        ] {
            let error = counts(&[("predict", now)])
                .check(&committed)
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(want) && error.contains("bench instructions --write"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_only_one_side_has_is_refused() {
        let (one, both) = (counts(&[("a", 1)]), counts(&[("a", 1), ("b", 2)]));
        assert!(
            both.check(&one)
                .unwrap_err()
                .to_string()
                .contains("b: 2 where nothing is committed")
        );
        assert!(
            one.check(&both)
                .unwrap_err()
                .to_string()
                .contains("b: committed, and no longer counted")
        );
    }
}
