//! Runs the programs on a model, and reads what they print.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ScoreArguments;
use super::models::Model;
use crate::bench::cores::Cores;
use crate::bench::programs::Programs;
use crate::command::read;

/// The engine that serves, by the programs' name for it.
pub const OURS: &str = "session";
/// The peer that the aims name.
pub const ONNXRUNTIME: &str = "onnxruntime";
/// How many texts a call gets.
pub const BATCHES: [usize; 3] = [1, 64, 1_000];

/// What every engine took on one model.
#[derive(Deserialize)]
pub struct Size {
    pub columns: u64,
    pub texts: u64,
    pub mean_bytes: f64,
    pub times: Vec<Time>,
    #[serde(default)]
    pub allocations: Vec<Allocations>,
    #[serde(default)]
    pub trained_on: String,
}

/// What a text took an engine, in calls of so many.
#[derive(Clone, Deserialize)]
pub struct Time {
    pub engine: String,
    pub name: String,
    pub work: String,
    pub batch: usize,
    pub best_ns: f64,
    pub median_ns: f64,
}

/// What an engine allocates once it is warm.
#[derive(Clone, Deserialize)]
pub struct Allocations {
    pub engine: String,
    pub held_bytes: u64,
    /// For a call of one text.
    pub one: f64,
    /// For a call of 64.
    pub batch: f64,
}

/// What is the same for every model.
pub struct Measuring<'a> {
    pub programs: &'a Programs,
    /// The file of texts.
    pub texts: &'a Path,
    /// onnxruntime's shared library.
    pub library: &'a Path,
    pub arguments: &'a ScoreArguments,
}

impl Measuring<'_> {
    pub fn size(&self, model: &Model) -> Result<Size> {
        let mut score = self.programs.score();
        score
            .args([&model.file, self.texts])
            .arg("--onnxruntime")
            .arg(self.library);
        score.args(["--rounds", &self.arguments.rounds.to_string()]);
        score.args(["--turn-ms", &self.arguments.turn_ms.to_string()]);
        let mut allocations = self.programs.allocations();
        allocations.args([&model.file, self.texts]);
        let measured: Size = json(&read(&mut Cores::of_this_process()?.server(&score))?)?;
        Ok(Size {
            allocations: json(&read(&mut allocations)?)?,
            trained_on: trained_on(model),
            ..measured
        })
    }
}

fn trained_on(model: &Model) -> String {
    let rows = match model.factor {
        1 => "the archive".to_owned(),
        factor => format!("{factor} times the archive with noise"),
    };
    let texts = match model.min_document_frequency {
        1 => "any training text".to_owned(),
        least => format!("{least} or more training texts"),
    };
    format!("{rows}, terms in {texts}")
}

impl Size {
    pub fn time(&self, engine: &str, batch: usize) -> Option<&Time> {
        self.times
            .iter()
            .find(|time| time.engine == engine && time.batch == batch)
    }

    /// How many times ours an engine takes in calls of so many, both at their best.
    pub fn times_ours(&self, engine: &str, batch: usize) -> Option<f64> {
        Some(self.time(engine, batch)?.best_ns / self.time(OURS, batch)?.best_ns)
    }

    pub fn allocations(&self, engine: &str) -> Option<&Allocations> {
        self.allocations
            .iter()
            .find(|allocations| allocations.engine == engine)
    }

    /// The engines in their order, each with its time for one text a call.
    pub fn engines(&self) -> impl Iterator<Item = &Time> {
        self.times.iter().filter(|time| time.batch == BATCHES[0])
    }
}

fn json<T: DeserializeOwned>(output: &[u8]) -> Result<T> {
    serde_json::from_slice(output).with_context(|| {
        format!(
            "a program printed other JSON: `{}`",
            String::from_utf8_lossy(output).trim_end()
        )
    })
}
