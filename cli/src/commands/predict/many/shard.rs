//! Part of the inputs that one of several processes takes.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow, ensure};
use sha2::{Digest as _, Sha256};

/// One of the shards that inputs are dealt to by the hash of their names, so that a further input moves no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Number of the shard, from 0.
    index: u64,
    /// Number of shards.
    count: u64,
}

/// Variables with the number of a task, from 0, and with the number of tasks: Cloud Run's, and those of an indexed Job
/// in Kubernetes, which does not tell the second.
const INDEX_VARIABLES: [&str; 2] = ["CLOUD_RUN_TASK_INDEX", "JOB_COMPLETION_INDEX"];
const COUNT_VARIABLE: &str = "CLOUD_RUN_TASK_COUNT";

/// Start and ending of the names of manifests; tools that read a folder leave out names with `_` at the beginning.
pub const MANIFEST_START: &str = "_manifest";
pub const MANIFEST_ENDING: &str = ".json";

impl Shard {
    /// Returns whether the shard has the input with this path.
    pub fn contains(self, relative: &Path) -> bool {
        let digest = Sha256::digest(relative.as_os_str().as_encoded_bytes());
        let number = digest
            .iter()
            .take(size_of::<u64>())
            .fold(0, |number: u64, &byte| number << u8::BITS | u64::from(byte));
        number % self.count == self.index
    }

    /// Returns the name of its manifest.
    pub fn manifest(self) -> String {
        let (number, count) = (self.index + 1, self.count);
        format!("{MANIFEST_START}-{number}-of-{count}{MANIFEST_ENDING}")
    }

    fn parse(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let number = |name: &str, text: &str| {
            text.parse::<u64>()
                .with_context(|| format!("{name} is `{text}`, which is not a number"))
        };
        let (index, count) = match text.split_once('/') {
            Some((index, count)) => (index, Some(number("the number of shards", count)?)),
            None => (text, None),
        };

        let index = if index == "auto" {
            let (name, value) = INDEX_VARIABLES
                .into_iter()
                .find_map(|name| Some((name, variable(name)?)))
                .ok_or_else(|| anyhow!("no variable {} is set", INDEX_VARIABLES.join(" or ")))?;
            number(name, &value)?
        } else {
            number("the shard", index)?
                .checked_sub(1)
                .context("shards are numbered from 1")?
        };
        let count = if let Some(count) = count {
            count
        } else {
            let value = variable(COUNT_VARIABLE).with_context(|| {
                format!(
                    "the number of shards is missing, as in `{text}/8`, and {COUNT_VARIABLE} is \
                     not set"
                )
            })?;
            number(COUNT_VARIABLE, &value)?
        };
        ensure!(index < count, "there is no shard {} of {count}", index + 1);
        Ok(Self { index, count })
    }
}

impl FromStr for Shard {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text, |name| {
            std::env::var(name).ok().filter(|value| !value.is_empty())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<(u64, u64), String> {
        let variable = |name: &str| {
            let variables = variables.iter();
            let found = variables.clone().find(|(each, _)| *each == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Shard::parse(text, variable)
            .map(|shard| (shard.index, shard.count))
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_shard_is_given_or_that_of_the_task() {
        let cloud_run = [("CLOUD_RUN_TASK_INDEX", "2"), ("CLOUD_RUN_TASK_COUNT", "4")];
        let kubernetes = [("JOB_COMPLETION_INDEX", "0")];
        for (text, variables, want) in [
            ("1/1", &[][..], (0, 1)),
            ("3/8", &[], (2, 8)),
            ("auto", &cloud_run, (2, 4)),
            ("auto/4", &cloud_run, (2, 4)),
            ("auto/5", &kubernetes, (0, 5)),
        ] {
            assert_eq!(parse(text, variables), Ok(want), "{text}");
        }

        for (text, variables, part) in [
            ("0/4", &[][..], "from 1"),
            ("5/4", &[], "no shard 5 of 4"),
            ("1/0", &[], "no shard 1 of 0"),
            ("a/4", &[], "the shard is `a`"),
            ("1/b", &[], "the number of shards is `b`"),
            ("1", &[], "as in `1/8`"),
            ("auto/4", &[], "JOB_COMPLETION_INDEX"),
            ("auto", &kubernetes, "CLOUD_RUN_TASK_COUNT"),
            ("auto/4", &[("JOB_COMPLETION_INDEX", "x")], "`x`"),
        ] {
            let error = parse(text, variables).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn every_input_is_in_one_shard() {
        let shards: Vec<_> = (0..4).map(|index| Shard { index, count: 4 }).collect();
        let mut dealt = [0; 4];
        for number in 0..400 {
            let name = format!("year=2024/part-{number}.parquet");
            let having = (0..4).filter(|&index| shards[index].contains(Path::new(&name)));
            let having: Vec<_> = having.collect();
            assert_eq!(having.len(), 1, "{name}");
            dealt[having[0]] += 1;
        }
        assert!(dealt.iter().all(|&count| count > 60), "{dealt:?}");
    }
}
