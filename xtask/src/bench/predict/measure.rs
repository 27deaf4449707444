//! Runs everyone in turn, so that what the machine does meanwhile befalls all alike.

use std::thread::available_parallelism;

use anyhow::{Context as _, Result};

use super::case::{Case, Cores, Format, Job, Who};
use super::prepare::Sentences;
use crate::bench::measured::{Measured, Meter, Runs, time};

/// What one case took.
pub struct Entry {
    pub case: Case,
    pub runs: Runs,
}

/// Everything that was measured.
pub struct Entries {
    pub entries: Vec<Entry>,
    /// How many cores all are.
    pub cores: u32,
}

/// What is the same for every run.
pub struct Measuring<'a> {
    pub job: &'a Job<'a>,
    pub files: &'a [Sentences],
    pub meter: &'a Meter,
    pub rounds: u32,
}

impl Measuring<'_> {
    pub fn run(&self, cases: &[Case]) -> Result<Entries> {
        let mut entries: Vec<Entry> = Vec::new();
        for _ in 0..self.rounds {
            for &case in cases {
                let run = self.run_one(case).with_context(|| case.who.name())?;
                match entries.iter_mut().find(|entry| entry.case == case) {
                    Some(entry) => entry.runs.push(run),
                    None => entries.push(Entry {
                        case,
                        runs: Runs::new(run),
                    }),
                }
            }
        }
        let cores = u32::try_from(available_parallelism()?.get())?;
        Ok(Entries { entries, cores })
    }

    fn run_one(&self, case: Case) -> Result<Measured> {
        let file = self.files.iter().find(|file| file.number >= case.sentences);
        let mut command = case.command(self.job, file.context("no file is that long")?);
        let run = if case.who.has_peak() {
            self.meter.measure(&mut command)?.0
        } else {
            time(&mut command)?
        };
        let (name, cores) = (
            case.who.name(),
            if case.cores == Cores::One {
                "one core"
            } else {
                "all cores"
            },
        );
        eprintln!(
            "{}  {name}, {cores}: {:.3} s, {} MiB",
            case.sentences,
            run.wall.as_secs_f64(),
            run.peak_kib >> 10
        );
        Ok(run)
    }
}

impl Entry {
    pub fn sentences_per_second(&self) -> f64 {
        f64::from(self.case.sentences) / self.runs.best().wall.as_secs_f64()
    }
}

impl Entries {
    /// The entry of one on so many cores with the longest file that it read.
    pub fn longest(&self, who: Who, cores: Cores) -> Option<&Entry> {
        let of_case = |entry: &&Entry| entry.case.who == who && entry.case.cores == cores;
        self.entries
            .iter()
            .filter(of_case)
            .max_by_key(|entry| entry.case.sentences)
    }

    /// How many times the time that `wc` takes for a sentence on one core each core takes for one.
    pub fn times_the_count(&self, entry: &Entry) -> Option<f64> {
        let reference = self
            .longest(Who::REFERENCE, Cores::One)?
            .sentences_per_second();
        let cores = if entry.case.cores == Cores::One {
            1
        } else {
            self.cores
        };
        Some(reference * f64::from(cores) / entry.sentences_per_second())
    }

    /// Ours in a format with its shortest and its longest file on all cores, when there are two.
    pub fn shortest_and_longest(&self, format: Format) -> Option<(&Entry, &Entry)> {
        let case = |entry: &&Entry| {
            entry.case.who == Who::Relevance(format) && entry.case.cores == Cores::All
        };
        let shortest = self
            .entries
            .iter()
            .filter(case)
            .min_by_key(|entry| entry.case.sentences)?;
        let longest = self.longest(Who::Relevance(format), Cores::All)?;
        (shortest.case.sentences < longest.case.sentences).then_some((shortest, longest))
    }
}
