//! `cargo xtask bench train`: ours beside scikit-learn, Vowpal Wabbit, fastText and linfa.

mod aims;
mod chart;
mod contender;
mod measure;
mod optimum;
mod prepare;
mod report;
mod set;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use contender::{Contender, Job, SCIKIT_LEARN};
use measure::{Measuring, Size};
use optimum::Optimum;
use prepare::Prepared;
pub use prepare::{PrepareArguments, prepare};
use report::Report;

use super::measured::Meter;
use super::programs::{Profile, Programs};
use crate::command::{read, target};

/// What is trained, by whom, how often.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// How many times the archive's rows, one set after the other.
    #[arg(long, value_delimiter = ',', default_value = "1,10,100", value_parser = clap::value_parser!(u32).range(1..))]
    factors: Vec<u32>,
    /// How often each trains; the fastest run counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Who does not take part.
    #[arg(long, value_delimiter = ',', value_name = "PEER")]
    without: Vec<Contender>,
    /// The labelled sentences: a file or `embedded`.
    #[arg(long, default_value = relevance_data::EMBEDDED, value_name = "ARCHIVE")]
    data: String,
    /// Print alone; `docs/` stays as it is.
    #[arg(long)]
    check: bool,
}

/// Measures, and compares the optimum unless scikit-learn takes no part.
///
/// # Errors
/// When a contender fails, or the optimum differs; never for being slow.
pub fn run(arguments: &TrainArguments) -> Result<()> {
    let folder = target().join("bench/train");
    fs::create_dir_all(&folder)?;
    let contenders = arguments.contenders();
    for environment in contenders
        .iter()
        .filter_map(|contender| contender.environment())
        .chain([&SCIKIT_LEARN])
    {
        environment.install()?;
    }
    let prepared = arguments.prepare(&folder)?;
    let relevance = Programs::build(Profile::of(arguments.check))?.relevance_file();

    let optimum = contenders
        .contains(&Contender::ScikitLearn)
        .then(|| optimum(&relevance, &prepared, &folder));
    let optimum = optimum.transpose()?;
    let meter = Meter::new()?;
    let rounds = arguments.rounds;
    let measuring = Measuring {
        relevance: &relevance,
        contenders: &contenders,
        rounds,
        meter: &meter,
        folder: &folder,
    };
    let sets = prepared
        .sets
        .iter()
        .filter(|set| arguments.factors.contains(&set.factor));
    let sizes = sets
        .map(|set| measuring.size(set))
        .collect::<Result<Vec<Size>>>()?;
    Report {
        arguments,
        sizes: &sizes,
        optimum: optimum.as_ref(),
    }
    .publish()
}

impl TrainArguments {
    /// One round at the archive's size beside scikit-learn, which the optimum is compared with.
    pub fn short() -> Self {
        Self {
            factors: vec![1],
            rounds: 1,
            without: vec![
                Contender::VowpalWabbit,
                Contender::FastText,
                Contender::Linfa,
            ],
            data: relevance_data::EMBEDDED.to_owned(),
            check: true,
        }
    }

    fn contenders(&self) -> Vec<Contender> {
        let is_in = |contender: &Contender| {
            let peer = if *contender == Contender::OursFewTerms {
                Contender::Linfa
            } else {
                *contender
            };
            !self.without.contains(&peer)
        };
        Contender::ALL.into_iter().filter(is_in).collect()
    }

    /// The sets, from a process of their own; that of the archive's own size is always there.
    fn prepare(&self, folder: &Path) -> Result<Prepared> {
        let mut factors = self.factors.clone();
        factors.push(1);
        factors.sort_unstable();
        factors.dedup();
        prepare_apart(&self.data, &factors, folder)
    }

    /// The command as a person would give it again.
    fn line(&self) -> String {
        let numbers: Vec<_> = self.factors.iter().map(u32::to_string).collect();
        let mut line = format!(
            "cargo xtask bench train --factors {} --rounds {}",
            numbers.join(","),
            self.rounds
        );
        for contender in &self.without {
            let value = clap::ValueEnum::to_possible_value(contender);
            line.extend(value.map(|value| format!(" --without {}", value.get_name())));
        }
        if self.data != relevance_data::EMBEDDED {
            line.push_str(" --data ARCHIVE");
        }
        line
    }
}

/// The table of an archive's rows, so many times, with noise in all but the first; made when it is not there yet.
pub fn database(data: &str, factor: u32) -> Result<PathBuf> {
    let prepared = prepare_apart(data, &[factor], &target().join("bench/train"))?;
    let set = prepared.sets.first().context("the set was not made")?;
    Ok(set.folder.database())
}

fn prepare_apart(data: &str, factors: &[u32], folder: &Path) -> Result<Prepared> {
    let factors: Vec<_> = factors.iter().map(u32::to_string).collect();
    let mut prepare = Command::new(std::env::current_exe()?);
    prepare.args([
        "bench",
        "prepare-train",
        "--data",
        data,
        "--factors",
        &factors.join(","),
    ]);
    let prepared = read(prepare.arg("--folder").arg(folder))?;
    serde_json::from_slice(&prepared).context("the sets were not made")
}

fn optimum(relevance: &Path, prepared: &Prepared, folder: &Path) -> Result<Optimum> {
    let set = prepared
        .sets
        .iter()
        .find(|set| set.factor == 1)
        .context("the set of the archive's own size is missing")?;
    let scratch = tempfile::tempdir_in(folder)?;
    Optimum::compare(&Job {
        relevance,
        set,
        scratch: scratch.path(),
    })
}
