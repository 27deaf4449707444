//! The files that a set of examples is trained from, one folder a set.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The examples of an archive, so many times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Set {
    /// How many times the archive's rows.
    pub factor: u32,
    pub rows: u32,
    pub folder: SetFolder,
}

/// Where the files of a set are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SetFolder(pub PathBuf);

/// Text that was tokenised for a trainer that takes no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// `1 |t a fire` or `-1 |t a lunch`.
    VowpalWabbit,
    /// `__label__1 a fire` or `__label__0 a lunch`.
    FastText,
}

impl SetFolder {
    /// The SQLite file with the table `data`.
    pub fn database(&self) -> PathBuf {
        self.0.join("data.sqlite")
    }

    /// What is trained on.
    pub fn train(&self, lines: Lines) -> PathBuf {
        self.0.join("train").with_extension(lines.ending())
    }

    /// What measures the result.
    pub fn test(&self, lines: Lines) -> PathBuf {
        self.0.join("test").with_extension(lines.ending())
    }

    /// 0 or 1 for each line of the test side.
    pub fn labels(&self) -> PathBuf {
        self.0.join("test.labels")
    }

    /// Every example as a line of JSON with `text`, `relevant` and `train`.
    pub fn examples(&self) -> PathBuf {
        self.0.join("examples.jsonl")
    }
}

impl Lines {
    pub const ALL: [Self; 2] = [Self::VowpalWabbit, Self::FastText];

    const fn ending(self) -> &'static str {
        match self {
            Self::VowpalWabbit => "vw",
            Self::FastText => "ft",
        }
    }

    /// What a line begins with.
    pub const fn label(self, is_relevant: bool) -> &'static str {
        match (self, is_relevant) {
            (Self::VowpalWabbit, true) => "1 |t",
            (Self::VowpalWabbit, false) => "-1 |t",
            (Self::FastText, true) => "__label__1",
            (Self::FastText, false) => "__label__0",
        }
    }
}
