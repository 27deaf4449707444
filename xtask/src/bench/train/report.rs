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
use crate::bench::environment::Environment;
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
        let mut table = Table::of_words(&["who", "version", "what it does on the clock"]);
        let took_part = |contender: &Contender| self.sizes.iter().any(|size| size.entry(*contender).is_some());
        for contender in Contender::ALL.into_iter().filter(took_part) {
            let version = contender.environment().map_or_else(|| "this".to_owned(), Environment::versions);
            table.push([contender.name().to_owned(), version, contender.work().to_owned()]);
        }
        writeln!(text, "### What each does\n\n{table}")?;
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
        let mut table = Table::of_figures("aim", &["got", "reached"]);
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
    let columns = ["seconds", "median", "processor s", "× time", "peak MiB", "× memory", "ROC-AUC"];
    let mut table = Table::of_figures("who", &columns);
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

/// `9270` to `9,270`.
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
