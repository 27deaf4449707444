//! The part of the page that training has: tables, what each did, the optimum, the aims.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;

use super::chart::{self, Palette};
use super::contender::Contender;
use super::measure::{Entry, Size};
use super::optimum::Optimum;
use super::targets::{targets, times_the_memory, times_the_wall};
use super::{TrainArguments, page};
use crate::bench::machine::Machine;
use crate::bench::table::Table;

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
        println!("{text}");
        self.optimum.map_or(Ok(()), Optimum::check)?;
        if self.arguments.check {
            return Ok(());
        }
        for (name, palette) in [("light", Palette::LIGHT), ("dark", Palette::DARK)] {
            let path = page::folder().join(format!("benchmarks-train-{name}.svg"));
            page::replace_file(&path, &chart::draw(self.sizes, &palette)?)?;
        }
        page::write("train", &text)
    }

    fn text(&self) -> Result<String> {
        let mut text = String::from("## Training\n\n");
        self.write_head(&mut text)?;
        for size in self.sizes {
            write_size(&mut text, size)?;
        }
        self.write_works(&mut text)?;
        self.write_optimum(&mut text)?;
        self.write_targets(&mut text)?;
        Ok(text)
    }

    fn write_head(&self, text: &mut String) -> Result<()> {
        let rounds = match self.arguments.rounds {
            1 => "One round".to_owned(),
            rounds => format!("{rounds} rounds, everyone in turn"),
        };
        writeln!(text, "`{}` on {}.\n", self.arguments.line(), Machine::this())?;
        writeln!(
            text,
            "Each is a whole process, from the source to a written model, measured from outside. {rounds}; the fastest \
             counts. “× time” and “× memory” are theirs over ours: above 1, ours takes less. Larger sets are the \
             archive's rows again, with 5 % of the words replaced by others of the archive (seeded), so that ROC-AUC on \
             them says nothing about quality; on the archive itself the splits differ, and with them the figure.\n"
        )?;
        writeln!(
            text,
            "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"benchmarks-train-dark.svg\">\n  \
             <img src=\"benchmarks-train-light.svg\" alt=\"Wall time of each trainer by number of rows, as bars on a \
             logarithmic scale; the tables below have the figures\">\n</picture>\n"
        )?;
        Ok(())
    }

    fn write_works(&self, text: &mut String) -> Result<()> {
        writeln!(text, "### What each does on the clock\n")?;
        let took_part = |contender: &Contender| self.sizes.iter().any(|size| size.entry(*contender).is_some());
        for contender in Contender::ALL.into_iter().filter(took_part) {
            let (name, work) = (contender.name(), contender.work());
            let versions = contender.environment().map(|environment| format!(" ({})", environment.versions()));
            writeln!(text, "- **{name}**{}: {work}.", versions.unwrap_or_default())?;
        }
        writeln!(text)?;
        Ok(())
    }

    fn write_optimum(&self, text: &mut String) -> Result<()> {
        let Some(optimum) = self.optimum else { return Ok(()) };
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

    fn write_targets(&self, text: &mut String) -> Result<()> {
        let targets = targets(self.sizes);
        if targets.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(["aim", "got", "reached"]);
        for target in targets {
            let reached = if target.is_reached { "yes" } else { "no" };
            table.push([target.aim, times(target.got), reached.to_owned()]);
        }
        writeln!(text, "### Aims\n\n{table}")?;
        Ok(())
    }
}

fn write_size(text: &mut String, size: &Size) -> Result<()> {
    writeln!(text, "### {}×: {} rows\n", size.factor, grouped(size.rows))?;
    let mut table =
        Table::new(["who", "seconds", "median", "processor s", "× time", "peak MiB", "× memory", "ROC-AUC"]);
    for entry in &size.entries {
        let best = entry.runs.best();
        let ratio = |of: fn(&Entry, &Entry) -> f64| {
            size.entry(entry.contender.ours()).map_or_else(String::new, |ours| times(of(entry, ours)))
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

/// Three figures or so.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..1.0 => format!("{seconds:.3}"),
        ..10.0 => format!("{seconds:.2}"),
        _ => format!("{seconds:.1}"),
    }
}

/// A ratio with two or three figures.
pub fn times(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.1}") }
}

/// The number with its thousands apart: `9270` to `9,270`.
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::super::targets::tests::size;
    use super::*;

    #[test]
    fn figures_are_written_as_long_as_they_tell_something() {
        for (milliseconds, want) in [(52, "0.052"), (999, "0.999"), (1_234, "1.23"), (23_456, "23.5")] {
            assert_eq!(seconds(Duration::from_millis(milliseconds)), want);
        }
        assert_eq!([0.5, 9.876, 21.34].map(times), ["0.50", "9.88", "21.3"]);
        assert_eq!(
            [0, 999, 1_000, 9_270, 927_000, 4_294_967_295].map(grouped),
            ["0", "999", "1,000", "9,270", "927,000", "4,294,967,295"]
        );
    }

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
        for want in ["1×: 9,000 rows", "|   1.00 |       50 |", "|   25.0 |      150 |", "|  100.0 |      500 |"] {
            assert!(text.contains(want), "{want}: {text}");
        }
    }
}
