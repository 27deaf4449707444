//! Runs everyone in turn, so that what the machine does meanwhile befalls all alike.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::contender::{Contender, Job};
use super::set::Set;
use crate::bench::measured::{Measured, Meter, Runs};

/// What everyone took for one set.
pub struct Size {
    pub factor: u32,
    pub rows: u32,
    /// In the order of [`Contender::ALL`].
    pub entries: Vec<Entry>,
}

/// What one took for one set.
pub struct Entry {
    pub contender: Contender,
    pub runs: Runs,
    /// On the test side of its first run.
    pub roc_auc: f64,
}

/// What is the same for every run.
pub struct Measuring<'a> {
    /// Our command.
    pub relevance: &'a Path,
    pub contenders: &'a [Contender],
    pub rounds: u32,
    pub meter: &'a Meter,
    /// Where runs may write.
    pub folder: &'a Path,
}

impl Size {
    pub fn entry(&self, contender: Contender) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.contender == contender)
    }

    fn add(
        &mut self,
        contender: Contender,
        run: Measured,
        roc_auc: impl FnOnce() -> Result<f64>,
    ) -> Result<()> {
        match self
            .entries
            .iter_mut()
            .find(|entry| entry.contender == contender)
        {
            Some(entry) => entry.runs.push(run),
            None => self.entries.push(Entry {
                contender,
                runs: Runs::new(run),
                roc_auc: roc_auc()?,
            }),
        }
        Ok(())
    }
}

impl Measuring<'_> {
    pub fn size(&self, set: &Set) -> Result<Size> {
        let mut size = Size {
            factor: set.factor,
            rows: set.rows,
            entries: Vec::new(),
        };
        for round in 0..self.rounds {
            for &contender in self
                .contenders
                .iter()
                .filter(|contender| contender.runs(set.factor, round))
            {
                self.run(set, contender, &mut size)
                    .with_context(|| format!("{} at {}×", contender.name(), set.factor))?;
            }
        }
        Ok(size)
    }

    fn run(&self, set: &Set, contender: Contender, size: &mut Size) -> Result<()> {
        let scratch = tempfile::tempdir_in(self.folder)?;
        let job = Job {
            relevance: self.relevance,
            set,
            scratch: scratch.path(),
        };
        let (run, output) = self.meter.measure(&mut contender.command(&job))?;
        let (name, factor) = (contender.name(), set.factor);
        eprintln!(
            "{factor}×  {name}: {:.3} s, {} MiB",
            run.wall.as_secs_f64(),
            run.peak_kib >> 10
        );
        size.add(contender, run, || contender.roc_auc(&job, &output))
    }
}
