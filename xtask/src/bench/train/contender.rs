//! Who trains: ours and what one would use instead, each as a whole process.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde_json::Value;

use super::set::{Lines, Set};
use crate::bench::environment::Environment;
use crate::command::{clean, read};

/// Most terms of the runs that linfa is compared in, since it takes time and memory for rows × terms.
const FEW_TERMS: &str = "2000";

pub const SCIKIT_LEARN: Environment = Environment {
    name: "scikit-learn",
    packages: &[
        "scikit-learn==1.9.1",
        "numpy==2.4.6",
        "scipy==1.17.1",
        "joblib==1.6.0",
    ],
};
const VOWPAL_WABBIT: Environment = Environment {
    name: "vowpal-wabbit",
    packages: &["vowpalwabbit==9.11.9"],
};
const FAST_TEXT: Environment = Environment {
    name: "fast-text",
    packages: &["fasttext-wheel==0.9.2", "numpy==1.26.4"],
};

/// Who trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Contender {
    #[value(skip)]
    Ours,
    ScikitLearn,
    VowpalWabbit,
    FastText,
    /// Ours with as many terms as linfa gets.
    #[value(skip)]
    OursFewTerms,
    Linfa,
}

/// One run of a contender.
pub struct Job<'a> {
    /// Our command.
    pub relevance: &'a Path,
    /// What is trained on.
    pub set: &'a Set,
    /// An empty folder for whatever is written.
    pub scratch: &'a Path,
}

impl Contender {
    pub const ALL: [Self; 6] = [
        Self::Ours,
        Self::ScikitLearn,
        Self::VowpalWabbit,
        Self::FastText,
        Self::OursFewTerms,
        Self::Linfa,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "relevance",
            Self::ScikitLearn => "scikit-learn",
            Self::VowpalWabbit => "Vowpal Wabbit",
            Self::FastText => "fastText",
            Self::OursFewTerms => "relevance, 2,000 terms",
            Self::Linfa => "linfa-logistic, 2,000 terms",
        }
    }

    /// What it does between its start and its end.
    pub const fn work(self) -> &'static str {
        match self {
            Self::Ours => {
                "`relevance train`: reads the table, splits 70/10/20 with equal wordings on one side, words and pairs in 2 or \
                 more texts, at most 20,000, TF-IDF, logistic regression; threshold, figures with intervals, gate; \
                 exports ONNX, compares the engines, publishes into a store"
            }
            Self::ScikitLearn => {
                "the same settings: `TfidfVectorizer` and `LogisticRegression(solver=\"lbfgs\", C=1)`; reads the table, \
                 splits 70/10/20 by row, threshold, ROC-AUC, average precision, F1; writes joblib"
            }
            Self::VowpalWabbit => {
                "logistic loss, words and pairs hashed into 2^20 places, 5 passes; writes its model and the test side's \
                 probabilities; splitting and tokenising were done for it before the clock, which flatters it"
            }
            Self::FastText => {
                "supervised, words and pairs in 200,000 places, 10 dimensions, 5 epochs, all cores; writes its model and the test side's \
                 probabilities; splitting and tokenising were done for it before the clock, which flatters it"
            }
            Self::OursFewTerms => "as above, with `--max-features 2000`",
            Self::Linfa => {
                "`relevance train --solver linfa --max-features 2000`: ours but for the fit, which is dense; one run, \
                 at the archive's own size alone"
            }
        }
    }

    /// The packages that it needs.
    pub const fn environment(self) -> Option<&'static Environment> {
        match self {
            Self::ScikitLearn => Some(&SCIKIT_LEARN),
            Self::VowpalWabbit => Some(&VOWPAL_WABBIT),
            Self::FastText => Some(&FAST_TEXT),
            Self::Ours | Self::OursFewTerms | Self::Linfa => None,
        }
    }

    /// Whom it is compared with: itself, if it is ours.
    pub const fn ours(self) -> Self {
        match self {
            Self::Ours | Self::ScikitLearn | Self::VowpalWabbit | Self::FastText => Self::Ours,
            Self::OursFewTerms | Self::Linfa => Self::OursFewTerms,
        }
    }

    /// Whether it takes part in that round, from 0, with so many times the archive's rows.
    pub fn runs(self, factor: u32, round: u32) -> bool {
        match self {
            Self::Linfa => factor == 1 && round == 0,
            _ => self.ours() == Self::Ours || factor == 1,
        }
    }

    pub fn command(self, job: &Job<'_>) -> Command {
        match self {
            Self::Ours => ours(job),
            Self::OursFewTerms => few_terms(job),
            Self::Linfa => {
                let mut linfa = few_terms(job);
                linfa.args(["--solver", "linfa"]);
                linfa
            }
            Self::ScikitLearn => {
                let mut python = SCIKIT_LEARN.program("train/scikit_learn.py");
                python
                    .arg(job.set.folder.database())
                    .arg(job.scratch.join("model.joblib"));
                python
            }
            Self::VowpalWabbit => from_lines(
                &VOWPAL_WABBIT,
                "train/vowpal_wabbit.py",
                Lines::VowpalWabbit,
                job,
            ),
            Self::FastText => from_lines(&FAST_TEXT, "train/fast_text.py", Lines::FastText, job),
        }
    }

    /// What its model reached on its test side, from what the run printed or wrote.
    pub fn roc_auc(self, job: &Job<'_>, output: &[u8]) -> Result<f64> {
        let figure = match self {
            Self::Ours | Self::OursFewTerms | Self::Linfa => json(output)?
                .pointer("/report/test_metrics/roc_auc")
                .and_then(Value::as_f64),
            Self::ScikitLearn => json(output)?["roc_auc"].as_f64(),
            Self::VowpalWabbit | Self::FastText => {
                let mut score = SCIKIT_LEARN.program("train/score.py");
                json(&read(
                    score.arg(job.set.folder.labels()).arg(predictions(job)),
                )?)?["roc_auc"]
                    .as_f64()
            }
        };
        figure.with_context(|| format!("{} told no ROC-AUC", self.name()))
    }
}

/// `relevance train` on a job.
pub fn ours(job: &Job<'_>) -> Command {
    let mut relevance = clean(job.relevance);
    relevance
        .args(["train", "--json", "--data"])
        .arg(job.set.folder.database());
    relevance.arg("--store").arg(job.scratch.join("store"));
    relevance
}

fn few_terms(job: &Job<'_>) -> Command {
    let mut relevance = ours(job);
    relevance.args(["--max-features", FEW_TERMS]);
    relevance
}

fn from_lines(environment: &Environment, program: &str, lines: Lines, job: &Job<'_>) -> Command {
    let mut python = environment.program(program);
    python
        .arg(job.set.folder.train(lines))
        .arg(job.set.folder.test(lines));
    python.arg(job.scratch.join("model")).arg(predictions(job));
    python
}

fn predictions(job: &Job<'_>) -> std::path::PathBuf {
    job.scratch.join("predictions")
}

fn json(output: &[u8]) -> Result<Value> {
    serde_json::from_slice(output).with_context(|| {
        format!(
            "a run printed no JSON: `{}`",
            String::from_utf8_lossy(output).trim_end()
        )
    })
}
