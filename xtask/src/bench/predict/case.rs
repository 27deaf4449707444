//! Who answers or reads which file, each as a whole process.

use std::path::Path;
use std::process::Command;

use clap::ValueEnum;

use super::prepare::Sentences;
use crate::bench::cores;
use crate::bench::environment::Environment;
use crate::command::{clean, command};
use crate::tools::onnxruntime::PACKAGE;

pub const ONNXRUNTIME: Environment = Environment {
    name: "onnxruntime",
    packages: &[PACKAGE, "numpy==2.4.6"],
};

/// A peer that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    Onnxruntime,
}

/// Who reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Ours, by the format of its answers.
    Relevance(Format),
    /// `wc -w`, by its locale.
    WordCount(Locale),
    Onnxruntime,
}

/// A format of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Jsonl,
    Csv,
    Parquet,
}

/// What a character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// A byte.
    C,
    /// As people have it, and as the texts are: the reference.
    Utf8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cores {
    One,
    All,
}

/// Who reads how much on how many cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    pub who: Who,
    pub cores: Cores,
    /// Lines of the file that are read.
    pub sentences: u32,
}

/// What is the same for every case.
pub struct Job<'a> {
    /// Our command.
    pub relevance: &'a Path,
    pub model: &'a Path,
    /// Where answers go.
    pub folder: &'a Path,
    /// Of which the server's stands for one.
    pub cores: &'a cores::Cores,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Text, Self::Jsonl, Self::Csv, Self::Parquet];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "JSON lines",
            Self::Csv => "CSV",
            Self::Parquet => "Parquet",
        }
    }

    const fn flag(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl Who {
    pub const REFERENCE: Self = Self::WordCount(Locale::Utf8);

    pub fn name(self) -> String {
        match self {
            Self::Relevance(format) => format!("relevance, {}", format.name()),
            Self::WordCount(Locale::C) => "wc -w, C".to_owned(),
            Self::WordCount(Locale::Utf8) => "wc -w, C.UTF-8".to_owned(),
            Self::Onnxruntime => "onnxruntime, Python".to_owned(),
        }
    }

    /// Whether its peak memory is above what the task itself gives a child.
    pub const fn has_peak(self) -> bool {
        !matches!(self, Self::WordCount(_))
    }

    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Relevance(_))
    }
}

impl Case {
    /// The process on a file that has so many sentences or more.
    pub fn command(self, job: &Job<'_>, file: &Sentences) -> Command {
        let process = self.process(job, file);
        match self.cores {
            Cores::All => process,
            Cores::One => job.cores.server(&process),
        }
    }

    fn process(self, job: &Job<'_>, file: &Sentences) -> Command {
        let answers = job.answers(self.who);
        match self.who {
            Who::Relevance(format) => {
                let mut relevance = clean(job.relevance);
                relevance
                    .args(["predict", "--format", format.flag(), "--model-file"])
                    .arg(job.model);
                relevance
                    .arg("--input")
                    .arg(&file.path)
                    .arg("--output")
                    .arg(answers);
                relevance
            }
            Who::WordCount(locale) => {
                let mut count = command("wc");
                count.env("LC_ALL", if locale == Locale::C { "C" } else { "C.UTF-8" });
                count.arg("-w").arg(&file.path);
                count
            }
            Who::Onnxruntime => {
                let mut python = ONNXRUNTIME.program("predict/onnxruntime_batches.py");
                python
                    .arg(job.model)
                    .arg(&file.path)
                    .arg(self.sentences.to_string())
                    .arg(answers);
                python
            }
        }
    }
}

impl Job<'_> {
    /// The file that one writes.
    pub fn answers(&self, who: Who) -> std::path::PathBuf {
        let name = if let Who::Relevance(format) = who {
            format.flag()
        } else {
            "onnxruntime"
        };
        self.folder.join("answers").with_extension(name)
    }
}
