//! The part of the page that answering files has: times by format, memory by length, the aims.

use std::fmt::Write as _;

use anyhow::Result;

use super::PredictArguments;
use super::aims::{aims, times_the_memory};
use super::case::{Cores, Format, ONNXRUNTIME};
use super::chart::{chart, thousands};
use super::measure::{Entries, Entry};
use super::prepare::Sentences;
use crate::bench::figures::{grouped, rounds, seconds, times};
use crate::bench::table::Table;
use crate::bench::{aim, page};

/// Everything that was found out.
pub struct Report<'a> {
    pub arguments: &'a PredictArguments,
    pub files: &'a [Sentences],
    pub entries: &'a Entries,
    /// The largest difference to onnxruntime's probabilities.
    pub difference: Option<f64>,
}

impl Report<'_> {
    /// Prints the part, and unless it is a check puts it into the page with its charts.
    pub fn publish(&self) -> Result<()> {
        let text = self.text()?;
        page::publish("predict", &text, &chart(self.entries), self.arguments.check)
    }

    fn text(&self) -> Result<String> {
        let mut text = page::head("Files of sentences", &self.arguments.line());
        self.write_head(&mut text)?;
        writeln!(text, "{}", times_table(self.entries))?;
        self.write_works(&mut text)?;
        write_memory(&mut text, self.entries)?;
        aim::write(&mut text, &aims(self.entries))?;
        Ok(text)
    }

    fn write_head(&self, text: &mut String) -> Result<()> {
        let rounds = rounds(self.arguments.rounds);
        let files: Vec<_> = self
            .files
            .iter()
            .map(|file| format!("{} ({} MB)", grouped(file.number), file.bytes / 1_000_000))
            .collect();
        writeln!(
            text,
            "Each is a whole process, measured from outside, that reads a file of one sentence a line: {} sentences. {rounds}; \
             the fastest counts. The files are the archive's sentences again and again, with 5 % of the words replaced by \
             others of the archive (seeded). “× wc” is the time that a core takes for a sentence over that of `wc -w` \
             on one core under `LC_ALL=C.UTF-8`, the reference, since the texts are UTF-8.\n",
            files.join(" and ")
        )?;
        let alternative = "Sentences a second by format, of wc and of onnxruntime, as bars on a logarithmic scale; the table below has the figures";
        writeln!(text, "{}", page::picture("predict", alternative))?;
        Ok(())
    }

    fn write_works(&self, text: &mut String) -> Result<()> {
        writeln!(
            text,
            "- **relevance**: `relevance predict --input FILE --output FILE`: loads the model, reads, scores, writes label, verdict, \
             probability and text.\n- **wc -w**: reads the file and counts words; writes nothing."
        )?;
        if let Some(difference) = self.difference {
            writeln!(
                text,
                "- **onnxruntime, Python** ({}): loads the same model file, reads, scores in batches of 64, writes \
                 the lines that ours writes as text, of the first {} sentences; no probability is more than {difference:.6} \
                 from ours in six digits, or the task fails.",
                ONNXRUNTIME.versions(),
                grouped(self.arguments.peer_sentences),
            )?;
        }
        writeln!(text)?;
        Ok(())
    }
}

fn times_table(entries: &Entries) -> Table<8> {
    let mut table = Table::new([
        "who",
        "cores",
        "sentences",
        "seconds",
        "processor s",
        "thousands/s",
        "× wc",
        "peak MiB",
    ]);
    for entry in &entries.entries {
        let (case, best) = (entry.case, entry.runs.best());
        let cores = if case.cores == Cores::One {
            1
        } else {
            entries.cores
        };
        table.push([
            case.who.name(),
            cores.to_string(),
            grouped(case.sentences),
            seconds(best.wall),
            seconds(best.processor),
            thousands(entry),
            entries
                .times_the_count(entry)
                .map(times)
                .unwrap_or_default(),
            if case.who.has_peak() {
                mebibytes(entry)
            } else {
                String::new()
            },
        ]);
    }
    table
}

fn write_memory(text: &mut String, entries: &Entries) -> Result<()> {
    let pairs: Vec<_> = Format::ALL
        .into_iter()
        .filter_map(|format| Some((format, entries.shortest_and_longest(format)?)))
        .collect();
    let Some((_, (short, long))) = pairs.first() else {
        return Ok(());
    };
    let heads = [short, long].map(|entry| format!("MiB at {}", grouped(entry.case.sentences)));
    let mut table = Table::new(["peak memory on all cores", &heads[0], &heads[1], "× memory"]);
    for (format, (short, long)) in &pairs {
        table.push([
            format.name().to_owned(),
            mebibytes(short),
            mebibytes(long),
            times(times_the_memory(long, short)),
        ]);
    }
    writeln!(text, "{table}")?;
    Ok(())
}

fn mebibytes(entry: &Entry) -> String {
    format!("{:.1}", f64::from(entry.runs.best().peak_kib) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::super::aims::tests::entries;
    use super::*;

    fn assert_rows(text: &str, rows: &[&str]) {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        for row in rows {
            assert!(squeezed(text).contains(&squeezed(row)), "{row}: {text}");
        }
    }

    #[test]
    fn a_core_is_compared_with_a_core() {
        assert_rows(
            &times_table(&entries()).to_string(),
            &[
                "| relevance, text | 2 | 1,000,000 | 0.500 | 0.500 | 2,000 | 2.50 | 50.0 |",
                "| relevance, text | 1 | 1,000,000 | 0.800 | 0.800 | 1,250 | 2.00 | 30.0 |",
                "| wc -w, C.UTF-8 | 1 | 1,000,000 | 0.400 | 0.400 | 2,500 | 1.00 | |",
                "| onnxruntime, Python | 1 | 10,000 | 1.00 | 1.00 | 10.0 | 250.0 | 90.0 |",
            ],
        );
    }

    #[test]
    fn memory_stands_beside_that_of_a_shorter_file() {
        let mut text = String::new();
        write_memory(&mut text, &entries()).unwrap();
        assert_rows(
            &text,
            &[
                "| MiB at 100,000 | MiB at 1,000,000 |",
                "| text | 40.0 | 50.0 | 1.25 |",
            ],
        );
    }
}
