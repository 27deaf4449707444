//! `cargo xtask bench score`: ours beside the definition, tract node by node, and onnxruntime, in one process.

mod aims;
mod chart;
mod measure;
mod models;
mod report;

use std::fs;

use anyhow::Result;
use clap::Args;

use measure::{Measuring, Size};
use report::Report;

use super::programs::{Profile, Programs};
use super::{instructions, texts};
use crate::command::target;
use crate::tools::onnxruntime;

/// The longest call; there are as many texts at least.
const LONGEST_CALL: usize = 1_000;
/// More texts than a processor can learn by heart.
const MOST_TEXTS: usize = 10_000;

/// Which models score, how often.
#[derive(Debug, Args)]
pub struct ScoreArguments {
    /// How many columns the models have, one after the other.
    #[arg(long, value_delimiter = ',', default_value = "5000,20000,100000", value_parser = clap::value_parser!(u32).range(1..))]
    columns: Vec<u32>,
    /// How often each engine has its turn.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long a turn is at least, in milliseconds.
    #[arg(long, default_value_t = 200)]
    turn_ms: u64,
    /// The labelled sentences: a file or `embedded`.
    #[arg(long, default_value = relevance_data::EMBEDDED, value_name = "ARCHIVE")]
    data: String,
    /// Time and print alone, without the instructions; `docs/` stays as it is.
    #[arg(long)]
    check: bool,
}

/// Measures every size.
///
/// # Errors
/// When a model cannot be made, or an engine fails or differs from the definition; never for being slow.
pub fn run(arguments: &ScoreArguments) -> Result<()> {
    let folder = target().join("bench/score");
    fs::create_dir_all(&folder)?;
    let library = onnxruntime::library()?;
    let programs = Programs::build(Profile::Release)?;
    let texts = folder.join("texts.jsonl");
    texts::write(&arguments.data, LONGEST_CALL, MOST_TEXTS, &texts)?;
    let measuring = Measuring {
        programs: &programs,
        texts: &texts,
        library: &library,
        arguments,
    };
    let size = |&columns: &u32| {
        let model = models::train(&programs, &arguments.data, columns, &folder)?;
        measuring.size(&model)
    };
    let sizes = arguments
        .columns
        .iter()
        .map(size)
        .collect::<Result<Vec<Size>>>()?;
    let instructions = if arguments.check {
        None
    } else {
        Some(instructions::count(&programs)?)
    };
    Report {
        arguments,
        sizes: &sizes,
        instructions: instructions.as_ref(),
    }
    .publish()
}

impl ScoreArguments {
    /// The smallest model, shortly.
    pub fn short() -> Self {
        Self {
            columns: vec![5_000],
            rounds: 2,
            turn_ms: 20,
            data: relevance_data::EMBEDDED.to_owned(),
            check: true,
        }
    }

    /// The command as a person would give it again.
    fn line(&self) -> String {
        let columns: Vec<_> = self.columns.iter().map(u32::to_string).collect();
        let (columns, rounds, turn_ms) = (columns.join(","), self.rounds, self.turn_ms);
        let mut line = format!(
            "cargo xtask bench score --columns {columns} --rounds {rounds} --turn-ms {turn_ms}"
        );
        if self.data != relevance_data::EMBEDDED {
            line.push_str(" --data ARCHIVE");
        }
        line
    }
}
