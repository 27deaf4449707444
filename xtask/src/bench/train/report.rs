//! The part of the page that training has: tables, what each did, the optimum, the aims.

use std::fmt::Write as _;

use anyhow::Result;

use super::TrainArguments;
use super::aims::{aims, times_the_memory, times_the_wall};
use super::chart::chart;
use super::contender::Contender;
use super::measure::{Entry, Size};
use super::optimum::Optimum;
use crate::bench::figures::{grouped, rounds, seconds, times};
use crate::bench::table::Table;
use crate::bench::{aim, page};

/// Everything that was found out.
pub struct Report<'a> {
    pub arguments: &'a TrainArguments,
    pub sizes: &'a [Size],
    pub optimum: Option<&'a Optimum>,
}

impl Report<'_> {
    /// Prints the part, and unless it is a check puts it into the page with its charts.
    ///
    /// # Errors
    /// When the optimum is not the same, whose figures are printed and not kept; when the page cannot be written.
    pub fn publish(&self) -> Result<()> {
        let text = self.text()?;
        if let Err(error) = self.optimum.map_or(Ok(()), Optimum::check) {
            println!("{text}");
            return Err(error);
        }
        page::publish("train", &text, &chart(self.sizes), self.arguments.check)
    }

    fn text(&self) -> Result<String> {
        let mut text = page::head("Training", &self.arguments.line());
        self.write_head(&mut text)?;
        for size in self.sizes {
            write_size(&mut text, size)?;
        }
        self.write_works(&mut text)?;
        self.write_optimum(&mut text)?;
        aim::write(&mut text, &aims(self.sizes))?;
        Ok(text)
    }

    fn write_head(&self, text: &mut String) -> Result<()> {
        let rounds = rounds(self.arguments.rounds);
        writeln!(
            text,
            "Each is a whole process, from the source to a written model, measured from outside. {rounds}; the fastest \
             counts. “× time” and “× memory” are theirs over ours: above 1, ours takes less. Larger sets are the \
             archive's rows again, with 5 % of the words replaced by others of the archive (seeded), so that ROC-AUC on \
             them says nothing about quality; on the archive itself the splits differ, and with them the figure.\n"
        )?;
        let alternative = "Wall time of each trainer by number of rows, as bars on a logarithmic scale; the tables below have the figures";
        writeln!(text, "{}", page::picture("train", alternative))?;
        Ok(())
    }

    fn write_works(&self, text: &mut String) -> Result<()> {
        writeln!(text, "### What each does on the clock\n")?;
        let took_part = |contender: &Contender| {
            self.sizes
                .iter()
                .any(|size| size.entry(*contender).is_some())
        };
        for contender in Contender::ALL.into_iter().filter(took_part) {
            let (name, work) = (contender.name(), contender.work());
            let versions = contender
                .environment()
                .map(|environment| format!(" ({})", environment.versions()));
            writeln!(
                text,
                "- **{name}**{}: {work}.",
                versions.unwrap_or_default()
            )?;
        }
        writeln!(text)?;
        Ok(())
    }

    fn write_optimum(&self, text: &mut String) -> Result<()> {
        let Some(optimum) = self.optimum else {
            return Ok(());
        };
        writeln!(
            text,
            "### The same optimum\n\nscikit-learn at `tol=1e-10` and ours at its defaults, on the same {} training texts \
             and all {} terms: our objective is {:+.1e} of theirs away (1e-6 is let through), and no probability of {} \
             texts more than {:.1e} (1e-4). The task fails otherwise.\n",
            grouped(optimum.train),
            grouped(optimum.terms),
            optimum.objective_difference(),
            grouped(optimum.compared),
            optimum.probability_difference,
        )?;
        Ok(())
    }
}

fn write_size(text: &mut String, size: &Size) -> Result<()> {
    writeln!(text, "### {}×: {} rows\n", size.factor, grouped(size.rows))?;
    let mut table = Table::new([
        "who",
        "seconds",
        "median",
        "processor s",
        "× time",
        "peak MiB",
        "× memory",
        "ROC-AUC",
    ]);
    for entry in &size.entries {
        let best = entry.runs.best();
        let ratio = |of: fn(&Entry, &Entry) -> f64| {
            size.entry(entry.contender.ours())
                .map_or_else(String::new, |ours| times(of(entry, ours)))
        };
        table.push([
            entry.contender.name().to_owned(),
            seconds(best.wall),
            seconds(entry.runs.median()),
            seconds(best.processor),
            ratio(times_the_wall),
            (best.peak_kib >> 10).to_string(),
            ratio(times_the_memory),
            format!("{:.4}", entry.roc_auc),
        ]);
    }
    writeln!(text, "{table}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::aims::tests::size;
    use super::*;

    #[test]
    fn everyone_is_compared_with_the_like_of_ours() {
        let mut text = String::new();
        let entries = [
            (Contender::Ours, 100, 50),
            (Contender::ScikitLearn, 2_500, 150),
            (Contender::OursFewTerms, 50, 25),
            (Contender::Linfa, 5_000, 500),
        ];
        write_size(&mut text, &size(1, &entries)).unwrap();
        for want in [
            "1×: 9,000 rows",
            "|   1.00 |       50 |",
            "|   25.0 |      150 |",
            "|  100.0 |      500 |",
        ] {
            assert!(text.contains(want), "{want}: {text}");
        }
    }
}
