//! The part of the page that scoring has: a table a size, what each engine does, the instructions, the aims.

use std::fmt::Write as _;

use anyhow::Result;

use super::ScoreArguments;
use super::aims::aims;
use super::chart::chart;
use super::measure::{BATCHES, Size, Time};
use crate::bench::figures::{grouped, microseconds, times};
use crate::bench::instructions::{self, Counts};
use crate::bench::table::Table;
use crate::bench::{aim, page};
use crate::tools::onnxruntime;

/// What stands where an engine was not measured.
const NOT_MEASURED: &str = "–";

/// Everything that was found out.
pub struct Report<'a> {
    pub arguments: &'a ScoreArguments,
    pub sizes: &'a [Size],
    pub instructions: Option<&'a Counts>,
}

impl Report<'_> {
    /// Prints the part, and unless it is a check puts it into the page with its charts.
    ///
    /// # Errors
    /// When the page cannot be written.
    pub fn publish(&self) -> Result<()> {
        let text = self.text()?;
        page::publish("score", &text, &chart(self.sizes), self.arguments.check)
    }

    fn text(&self) -> Result<String> {
        let mut text = page::head("Scoring", &self.arguments.line());
        self.write_head(&mut text)?;
        for size in self.sizes {
            write_size(&mut text, size)?;
        }
        self.write_works(&mut text)?;
        if let Some(counts) = self.instructions {
            write_instructions(&mut text, counts)?;
        }
        aim::write(&mut text, &aims(self.sizes))?;
        Ok(text)
    }

    fn write_head(&self, text: &mut String) -> Result<()> {
        let (rounds, turn) = (self.arguments.rounds, self.arguments.turn_ms);
        writeln!(
            text,
            "Each engine answers the same texts of the archive, in one thread bound to one core, once its answers were \
             compared with the definition's. Turns of {turn} ms or more, everyone in turn, {rounds} each; the fastest \
             counts. “×” is theirs over ours: above 1, ours takes less. “{NOT_MEASURED}” stands where rows × columns would fill the \
             memory, and for what Rust’s allocator does not see. Allocations are counted for a sentence, once warm.\n"
        )?;
        let alternative = "Microseconds a sentence of each engine by number of columns and length of calls, as bars on a \
                           logarithmic scale; the tables below have the figures";
        writeln!(text, "{}", page::picture("score", alternative))?;
        Ok(())
    }

    fn write_works(&self, text: &mut String) -> Result<()> {
        writeln!(text, "### What each does for a text\n")?;
        for Time { name, work, .. } in self.sizes.first().into_iter().flat_map(Size::engines) {
            writeln!(text, "- **{name}**: {work}.")?;
        }
        writeln!(
            text,
            "\nonnxruntime is {}.\n",
            onnxruntime::PACKAGE.replace("onnxruntime==", "")
        )?;
        Ok(())
    }
}

fn write_size(text: &mut String, size: &Size) -> Result<()> {
    writeln!(text, "### {} columns\n", grouped(size.columns))?;
    let (trained_on, texts, bytes) = (&size.trained_on, grouped(size.texts), size.mean_bytes);
    let spread = size
        .times
        .iter()
        .map(|time| time.median_ns / time.best_ns)
        .fold(1.0, f64::max);
    writeln!(
        text,
        "Trained on {trained_on}. {texts} texts of {bytes:.1} bytes on average. No median is more than {} times the \
         fastest turn.\n",
        times(spread)
    )?;
    let mut table = Table::new([
        "engine",
        "µs, one a call",
        "×",
        "µs, 64 a call",
        "×",
        "µs, 1,000 a call",
        "×",
        "allocations, one",
        "allocations, 64",
        "MiB held",
    ]);
    for engine in size.engines() {
        table.push(row(size, engine));
    }
    writeln!(text, "{table}")?;
    Ok(())
}

fn row(size: &Size, Time { engine, name, .. }: &Time) -> [String; 10] {
    let [one, short, long] = BATCHES.map(|batch| {
        let time = size
            .time(engine, batch)
            .map(|time| microseconds(time.best_ns));
        let ratio = size.times_ours(engine, batch).map(times);
        [time, ratio].map(|figure| figure.unwrap_or_else(|| NOT_MEASURED.to_owned()))
    });
    let allocations = size.allocations(engine).map(|allocations| {
        let mebibytes = u32::try_from(allocations.held_bytes >> 10)
            .map_or(f64::INFINITY, |kibi| f64::from(kibi) / 1024.0);
        [
            times(allocations.one),
            times(allocations.batch / 64.0),
            times(mebibytes),
        ]
    });
    let [one_allocates, short_allocates, held] =
        allocations.unwrap_or_else(|| [NOT_MEASURED; 3].map(str::to_owned));
    let ([one, one_ratio], [short, short_ratio], [long, long_ratio]) = (one, short, long);
    [
        name.clone(),
        one,
        one_ratio,
        short,
        short_ratio,
        long,
        long_ratio,
        one_allocates,
        short_allocates,
        held,
    ]
}

fn write_instructions(text: &mut String, counts: &Counts) -> Result<()> {
    writeln!(text, "### Instructions\n")?;
    writeln!(
        text,
        "Counted by valgrind on the committed model and texts of the embedded archive, without loading: the same on a \
         busy machine. Continuous integration refuses a change of more than a tenth that is not committed with its cause.\n"
    )?;
    writeln!(text, "{}", instructions::table(counts))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::aims::tests::size;
    use super::*;

    #[test]
    fn every_engine_has_a_row_and_what_is_not_known_is_no_number() {
        let mut text = String::new();
        let mut size = size(
            5_000,
            [2_000.0, 800.0, 750.0],
            [20_000.0, 9_000.0, 8_000.0],
            32.0,
        );
        size.times.pop();
        write_size(&mut text, &size).unwrap();
        let squeezed = text.replace(' ', "");
        for want in [
            "5,000columns",
            "4,000textsof82.7bytes",
            "morethan1.25times",
            "|relevance|2.00|1.00|0.80|1.00|0.75|1.00|2.00|0.50|1.50|",
            "|onnxruntime|20.0|10.0|9.00|11.2|–|–|–|–|–|",
        ] {
            assert!(squeezed.contains(want), "{want}: {text}");
        }
    }
}
