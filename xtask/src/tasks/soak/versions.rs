//! Two versions of a model in a store of their own, and the probabilities that each must predict.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::command::{clean, read_text, run};

/// Texts of all requests: of different lengths, with known and unknown words.
pub const TEXTS: [&str; 6] = [
    "flood waters are rising, families evacuated",
    "the concert tonight was sold out",
    "hello",
    "🔥 FIRE 🔥 in Port-au-Prince #haiti http://example.org/x_y",
    "洪水が迫っている earthquake مياه",
    "roads and bridges are damaged, people need food, clean water, medicine and shelter",
];
/// Largest difference between equal probabilities.
const TOLERANCE: f64 = 1e-6;
/// Smallest difference between the probabilities of the versions, so that none passes for the other.
const MIN_DIFFERENCE: f64 = 1e-4;

/// Versions 1 and 2; 2 is the candidate as well.
pub struct Versions {
    program: PathBuf,
    pub store: PathBuf,
    /// Probabilities of [`TEXTS`] by version.
    pub expected: [Vec<f64>; 2],
}

impl Versions {
    /// Trains both versions, and predicts with each.
    pub fn train(program: &Path, store: &Path) -> Result<Self> {
        let mut versions = Self {
            program: program.to_owned(),
            store: store.to_owned(),
            expected: Default::default(),
        };
        run(&mut versions.command(&["train", "--promote", "--examples", "0"]))?;
        let other = ["--alpha", "4", "--max-drop", "1", "--examples", "0"];
        run(versions.command(&["train"]).args(other))?;

        versions.expected = [versions.predict("1")?, versions.predict("2")?];
        let [first, second] = &versions.expected;
        for (one, other) in first.iter().zip(second) {
            ensure!(
                (one - other).abs() > MIN_DIFFERENCE,
                "both versions predict {one}"
            );
        }
        Ok(versions)
    }

    /// Moves the alias of production to a version.
    pub fn promote(&self, version: usize) -> Result<()> {
        let mut promote = self.command(&["models", "promote", &version.to_string()]);
        let output = promote.output().context("cannot run `relevance`")?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`models promote` failed: {error}");
        Ok(())
    }

    /// Fails when probabilities are not those that a version predicts for texts.
    pub fn check(&self, version: usize, texts: &[usize], probabilities: &[f64]) -> Result<()> {
        let expected = version
            .checked_sub(1)
            .and_then(|index| self.expected.get(index));
        let expected = expected.with_context(|| format!("there is no version {version}"))?;

        let (got, wanted) = (probabilities.len(), texts.len());
        ensure!(got == wanted, "{got} predictions for {wanted} texts");
        for (&text, probability) in texts.iter().zip(probabilities) {
            ensure!(
                (probability - expected[text]).abs() <= TOLERANCE,
                "version {version} predicts {probability} instead of {} for `{}`",
                expected[text],
                TEXTS[text]
            );
        }
        Ok(())
    }

    fn predict(&self, version: &str) -> Result<Vec<f64>> {
        let mut predict = self.command(&["predict", "--format", "jsonl"]);
        predict.args(["--model-version", version]).args(TEXTS);
        let predictions = read_text(&mut predict)?;

        let probability = |line: &str| {
            let prediction: Value = serde_json::from_str(line)?;
            prediction["probability"].as_f64().context("no probability")
        };
        predictions.lines().map(probability).collect()
    }

    /// Returns a command of the program with the store.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = clean(&self.program);
        command.args(arguments).arg("--store").arg(&self.store);
        command
    }
}
