//! `cargo xtask bench predict`: files of sentences answered beside `wc -w` and onnxruntime.

mod agreement;
mod aims;
mod case;
mod chart;
mod measure;
mod prepare;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use clap::Args;

use case::{Case, Cores, Format, Job, Locale, ONNXRUNTIME, Peer, Who};
use measure::Measuring;
use prepare::Sentences;
pub use prepare::{SentencesArguments, prepare};
use report::Report;

use super::cores;
use super::measured::Meter;
use super::programs::{Profile, Programs};
use crate::command::{clean, read, run as run_command, target};

/// How many sentences, by whom, how often.
#[derive(Debug, Args)]
pub struct PredictArguments {
    /// How many sentences a file has; memory is compared between the least and the most.
    #[arg(long, value_delimiter = ',', default_value = "100000,1000000", value_parser = clap::value_parser!(u32).range(1..))]
    sentences: Vec<u32>,
    /// How many of them onnxruntime answers.
    #[arg(long, value_name = "SENTENCES", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    peer_sentences: u32,
    /// How often each runs; the fastest run counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Who does not take part.
    #[arg(long, value_delimiter = ',', value_name = "PEER")]
    without: Vec<Peer>,
    /// The labelled sentences: a file or `embedded`.
    #[arg(long, default_value = relevance_data::EMBEDDED, value_name = "ARCHIVE")]
    data: String,
    /// Print alone; `docs/` stays as it is.
    #[arg(long)]
    check: bool,
}

/// Measures, and compares the answers with onnxruntime's unless it takes no part.
///
/// # Errors
/// When a process fails or answers differ; never for being slow.
pub fn run(arguments: &PredictArguments) -> Result<()> {
    let folder = target().join("bench/predict");
    fs::create_dir_all(&folder)?;
    if arguments.has_peer() {
        ONNXRUNTIME.install()?;
    }
    let files = arguments.prepare(&folder)?;
    let (programs, cores) = (
        Programs::build(Profile::of(arguments.check))?,
        cores::Cores::of_this_process()?,
    );
    let relevance = programs.relevance_file();
    let scratch = tempfile::tempdir_in(&folder)?;
    let model = train(&relevance, &arguments.data, scratch.path())?;

    let job = Job {
        relevance: &relevance,
        model: &model,
        folder: scratch.path(),
        cores: &cores,
    };
    let meter = Meter::new()?;
    let measuring = Measuring {
        job: &job,
        files: &files,
        meter: &meter,
        rounds: arguments.rounds,
    };
    let entries = measuring.run(&arguments.cases(&files))?;
    let ours = job.answers(Who::Relevance(Format::Text));
    agreement::count(&ours, longest(&files)?)?;
    let compare = || {
        agreement::compare(
            &ours,
            &job.answers(Who::Onnxruntime),
            arguments.peer_sentences,
        )
    };
    let difference = arguments.has_peer().then(compare).transpose()?;
    Report {
        arguments,
        files: &files,
        entries: &entries,
        difference,
    }
    .publish()
}

impl PredictArguments {
    /// One round on a short file without onnxruntime.
    pub fn short() -> Self {
        Self {
            sentences: vec![20_000],
            peer_sentences: 1,
            rounds: 1,
            without: vec![Peer::Onnxruntime],
            data: relevance_data::EMBEDDED.to_owned(),
            check: true,
        }
    }

    fn has_peer(&self) -> bool {
        !self.without.contains(&Peer::Onnxruntime)
    }

    /// Everyone on the longest file, and ours on all cores on the others, the shortest first.
    fn cases(&self, files: &[Sentences]) -> Vec<Case> {
        let ours = |cores, sentences| {
            Format::ALL.map(|format| Case {
                who: Who::Relevance(format),
                cores,
                sentences,
            })
        };
        let mut cases: Vec<_> = files
            .iter()
            .flat_map(|file| ours(Cores::All, file.number))
            .collect();
        if let Some(longest) = files.last() {
            let counts = [Locale::C, Locale::Utf8].map(Who::WordCount);
            cases.extend(counts.map(|who| Case {
                who,
                cores: Cores::One,
                sentences: longest.number,
            }));
            cases.extend(ours(Cores::One, longest.number));
        }
        if self.has_peer() {
            let sentences = self.peer_sentences;
            cases.extend([Cores::One, Cores::All].map(|cores| Case {
                who: Who::Onnxruntime,
                cores,
                sentences,
            }));
        }
        cases
    }

    /// The files, from a process of their own, the shortest first.
    fn prepare(&self, folder: &Path) -> Result<Vec<Sentences>> {
        let mut numbers = self.sentences.clone();
        if self.has_peer() && numbers.iter().all(|&number| number < self.peer_sentences) {
            numbers.push(self.peer_sentences);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let numbers: Vec<_> = numbers.iter().map(u32::to_string).collect();
        let mut prepare = Command::new(std::env::current_exe()?);
        prepare.args([
            "bench",
            "prepare-predict",
            "--data",
            &self.data,
            "--sentences",
            &numbers.join(","),
        ]);
        let prepared = read(prepare.arg("--folder").arg(folder))?;
        serde_json::from_slice(&prepared).context("the files were not made")
    }

    /// The command as a person would give it again.
    fn line(&self) -> String {
        let numbers: Vec<_> = self.sentences.iter().map(u32::to_string).collect();
        let (numbers, rounds) = (numbers.join(","), self.rounds);
        let peer = if self.has_peer() {
            format!("--peer-sentences {}", self.peer_sentences)
        } else {
            "--without onnxruntime".to_owned()
        };
        let mut line =
            format!("cargo xtask bench predict --sentences {numbers} --rounds {rounds} {peer}");
        if self.data != relevance_data::EMBEDDED {
            line.push_str(" --data ARCHIVE");
        }
        line
    }
}

fn longest(files: &[Sentences]) -> Result<u32> {
    Ok(files.last().context("no file was made")?.number)
}

/// The model of the archive that the sentences come from.
fn train(relevance: &Path, data: &str, folder: &Path) -> Result<PathBuf> {
    let store = folder.join("store");
    run_command(
        clean(relevance)
            .args(["train", "--data", data, "--store"])
            .arg(&store)
            .stdout(Stdio::null()),
    )?;
    Ok(store.join("relevance/1/model.onnx"))
}
