//! The models that the programs run.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::command::{clean, root, run};

/// Characters beyond U+FFFF in the terms of the model with characters.
pub const KNOWN_EMOJI: [char; 2] = ['🔥', '🎉'];

/// A model file.
pub struct Model {
    /// Kinds of its terms, for messages.
    pub name: &'static str,
    pub path: PathBuf,
    /// Whether its terms contain [`KNOWN_EMOJI`].
    pub knows_emoji: bool,
}

impl Model {
    /// The committed model, of words.
    pub fn committed() -> Self {
        Self {
            name: "words",
            path: root().join("models/relevance/1/model.onnx"),
            knows_emoji: false,
        }
    }

    /// Trains a small model of words and characters in `folder`, on the embedded sample and rows
    /// with emoji, which the sample lacks.
    pub fn with_characters(relevance: &Path, folder: &Path) -> Result<Self> {
        let table = folder.join("emoji.csv");
        fs::write(&table, emoji_table()?)?;

        let mut train = clean(relevance);
        train
            .args(["train", "--name", "characters", "--analyzer", "both"])
            .args(["--char-ngram-max", "3", "--char-max-features", "5000"])
            .args(["--data", "embedded"])
            .arg("--data")
            .arg(table)
            .arg("--store")
            .arg(folder.join("store"));
        run(&mut train)?;

        Ok(Self {
            name: "words and characters",
            path: folder.join("store/characters/1/model.onnx"),
            knows_emoji: true,
        })
    }
}

/// Returns a table in which one emoji stands for each label.
fn emoji_table() -> Result<String> {
    let [relevant, other] = KNOWN_EMOJI;
    let mut table = String::from("text,choose_one\n");
    for row in 0..100 {
        writeln!(
            table,
            "{relevant} burning {row} {relevant}{relevant},Relevant"
        )?;
        writeln!(table, "{other} party {row} {other}{other},Not Relevant")?;
    }
    Ok(table)
}
