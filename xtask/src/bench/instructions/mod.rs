//! `cargo xtask bench instructions`: how many instructions a sentence takes, beside the committed figures.
//!
//! Of the committed model and the embedded archive, so that everyone gets the same. What still moves them: the compiler,
//! which is pinned, and `RUSTFLAGS`; the C library and the processor that it copies for (AVX2 or not: 3 %); the seeds of
//! hash maps (3 ‰ from run to run).

mod callgrind;
mod committed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::figures::grouped;
use super::programs::{Profile, Programs};
use super::table::Table;
use super::texts;
use crate::command::target;
use crate::tasks::generated;
pub use committed::Counts;
use committed::FILE;

/// How many of the archive's texts are looked at.
const TEXTS: usize = 512;
/// How often all of them come by in the shorter of two runs; the longer one has twice as many rounds.
const ROUNDS: u64 = 4;

/// Something that is done to a sentence.
struct Operation {
    /// Its name in the committed file.
    key: &'static str,
    /// What people call it.
    name: &'static str,
    /// What the program is told.
    arguments: &'static [&'static str],
}

const OPERATIONS: &[Operation] = &[
    Operation {
        key: "predict-1",
        name: "verdict, one a call",
        arguments: &["predict", "--batch", "1"],
    },
    Operation {
        key: "predict-64",
        name: "verdict, 64 a call",
        arguments: &["predict", "--batch", "64"],
    },
    Operation {
        key: "count-tokens-64",
        name: "number of tokens, 64 a call",
        arguments: &["count-tokens", "--batch", "64"],
    },
    Operation {
        key: "plan-64",
        name: "verdict by tract's plan, 64 a call",
        arguments: &["predict", "--batch", "64", "--engine", "plan"],
    },
    Operation {
        key: "define-1",
        name: "verdict by the definition",
        arguments: &["predict", "--engine", "reference"],
    },
    Operation {
        key: "explain-1",
        name: "explanation",
        arguments: &["explain"],
    },
];

/// Counts, and compares with the committed figures, or with `write` replaces them.
///
/// # Errors
/// When a figure is further from the committed one than it may be, in either direction.
pub fn run(write: bool) -> Result<()> {
    let counts = count(&Programs::build(Profile::Release)?)?;
    println!("{}", table(&counts));
    if write {
        counts.write()
    } else {
        counts.check(&Counts::committed()?)
    }
}

/// Instructions for a sentence, by operation.
pub fn count(programs: &Programs) -> Result<Counts> {
    let architecture = std::env::consts::ARCH;
    ensure!(
        architecture == "x86_64",
        "{FILE} tells of x86-64, and this is {architecture}: count on such a machine"
    );
    callgrind::install()?;
    let folder = target().join("bench/instructions");
    fs::create_dir_all(&folder)?;
    let texts = folder.join("texts.jsonl");
    texts::write(relevance_data::EMBEDDED, TEXTS, TEXTS, &texts)?;
    let counting = Counting {
        program: programs.instructions(),
        model: generated::committed_model()?,
        texts,
        folder,
    };
    let count =
        |operation: &Operation| Ok((operation.key.to_owned(), counting.a_sentence(operation)?));
    OPERATIONS
        .iter()
        .map(count)
        .collect::<Result<_>>()
        .map(Counts)
}

/// The figures as a table.
pub fn table(counts: &Counts) -> Table<2> {
    let mut table = Table::new(["what", "instructions a sentence"]);
    for &Operation { key, name, .. } in OPERATIONS {
        table.push([
            name.to_owned(),
            counts
                .0
                .get(key)
                .map_or_else(String::new, |&count| grouped(count)),
        ]);
    }
    table
}

/// What is the same for every operation.
struct Counting {
    program: PathBuf,
    model: PathBuf,
    texts: PathBuf,
    folder: PathBuf,
}

impl Counting {
    /// What the second half of a run adds to the first: neither loading nor making room is part of it.
    fn a_sentence(&self, operation: &Operation) -> Result<u64> {
        let (half, _) = self.run(operation, ROUNDS)?;
        let (whole, sentences) = self.run(operation, 2 * ROUNDS)?;
        let added = whole
            .checked_sub(half)
            .context("twice the rounds took fewer instructions")?;
        Ok(added / (ROUNDS * sentences))
    }

    /// Instructions in all, and how many sentences a round had.
    fn run(&self, operation: &Operation, rounds: u64) -> Result<(u64, u64)> {
        let mut program = Command::new(&self.program);
        program
            .args([&self.model, &self.texts])
            .args(operation.arguments)
            .args(["--rounds", &rounds.to_string()]);
        let (count, output) = callgrind::count(&program, Path::new(&self.folder))?;
        let sentences = String::from_utf8(output)?
            .trim()
            .parse()
            .context("the program told no number of texts")?;
        Ok((count, sentences))
    }
}
