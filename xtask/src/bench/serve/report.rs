//! What was measured as the part of the page, and on standard output.

use std::fmt::Write as _;

use anyhow::Result;

use super::ServeArguments;
use super::aims::{aims, sentences_per_second, times_the_rate};
use super::chart::chart;
use super::contender::Contender;
use super::measure::{Entry, Section};
use super::workload::Workload;
use crate::bench::cores::Cores;
use crate::bench::figures::{milliseconds, rounded, rounds, times};
use crate::bench::table::Table;
use crate::bench::{aim, page};

/// Everything that was found out.
pub struct Report<'a> {
    pub arguments: &'a ServeArguments,
    pub cores: &'a Cores,
    pub sections: &'a [Section],
}

impl Report<'_> {
    /// Prints the part, and unless it is a check puts it into the page with its charts.
    ///
    /// # Errors
    /// When the page cannot be written.
    pub fn publish(&self) -> Result<()> {
        let text = self.text()?;
        page::publish("serve", &text, &chart(self.sections), self.arguments.check)
    }

    fn text(&self) -> Result<String> {
        let mut text = page::head("Serving", &self.arguments.line());
        self.write_head(&mut text)?;
        for section in self.sections {
            write_section(&mut text, section)?;
        }
        for section in self.sections {
            write_peers(&mut text, section)?;
        }
        self.write_works(&mut text)?;
        aim::write(&mut text, &aims(self.sections))?;
        Ok(text)
    }

    fn write_head(&self, text: &mut String) -> Result<()> {
        let rounds = rounds(self.arguments.rounds);
        writeln!(
            text,
            "{}. HTTP is loaded by wrk, gRPC by a program of ours, in closed loops: a connection sends when it has its \
             answer, so that the slowest answers hold back requests that would have been slow too. {rounds}, each with a \
             new server under load for {} s; the round with the most answers counts, with its latencies. “× floor” is \
             the answers per second over the floor's. “busy” is the share of its core that the server took: well below \
             100 %, it waited for what loads it, or for a core that something else had. The task fails when an answer is not 200, or when ours is \
             not what `relevance predict` says, which is looked at before each load.\n",
            self.cores, self.arguments.seconds,
        )?;
        let alternative = "Requests per second of the service and of the floor by load, as bars; the tables below have the figures";
        writeln!(text, "{}", page::picture("serve", alternative))?;
        Ok(())
    }

    fn write_works(&self, text: &mut String) -> Result<()> {
        writeln!(text, "### Who answers\n")?;
        let all = Contender::OURS_AND_FLOOR.iter().chain(&Contender::PEERS);
        for contender in all.filter(|&&contender| {
            self.sections
                .iter()
                .any(|section| section.entry(contender).is_some())
        }) {
            let versions = contender
                .environment()
                .map(|environment| format!(" ({})", environment.versions()));
            writeln!(
                text,
                "- **{}**{}: {}.",
                contender.name(),
                versions.unwrap_or_default(),
                contender.work()
            )?;
        }
        writeln!(text)?;
        Ok(())
    }
}

/// Ours and the floor.
fn write_section(text: &mut String, section: &Section) -> Result<()> {
    let rate = if section.workload.texts() > 1 {
        "sentences/s"
    } else {
        "requests/s"
    };
    let mut table = Table::new([
        "who",
        rate,
        "× floor",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "bytes per answer",
        "busy",
    ]);
    let floor = section.entry(Contender::Floor);
    for entry in section
        .entries
        .iter()
        .filter(|entry| !entry.contender.is_peer())
    {
        let outcome = entry.outcome;
        table.push([
            entry.contender.name().to_owned(),
            rounded(sentences_per_second(section, entry)),
            floor.map_or_else(String::new, |floor| times(times_the_rate(entry, floor))),
            milliseconds(outcome.p50_us),
            milliseconds(outcome.p99_us),
            milliseconds(outcome.p999_us),
            rounded(outcome.bytes_per_answer()),
            format!("{:.0} %", 100.0 * entry.busy),
        ]);
    }
    writeln!(text, "### {}\n\n{table}", section.workload.title())?;
    Ok(())
}

/// What one would use instead, beside ours, if they took part.
fn write_peers(text: &mut String, section: &Section) -> Result<()> {
    let Some(ours) = section.entry(Contender::Ours) else {
        return Ok(());
    };
    let peers: Vec<&Entry> = section
        .entries
        .iter()
        .filter(|entry| entry.contender.is_peer())
        .collect();
    if peers.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([
        "who",
        "requests/s",
        "ours / theirs",
        "p50 ms",
        "p99 ms",
        "resident MiB",
    ]);
    for entry in [ours].into_iter().chain(peers) {
        let outcome = entry.outcome;
        table.push([
            entry.contender.name().to_owned(),
            rounded(outcome.rate()),
            times(times_the_rate(ours, entry)),
            milliseconds(outcome.p50_us),
            milliseconds(outcome.p99_us),
            (entry.resident_kib >> 10).to_string(),
        ]);
    }
    writeln!(
        text,
        "### Peers, {}\n\nAll have the one core, and the peers a model that scikit-learn trained on the archive \
         with our settings. Memory is what all processes of a server hold after the load.\n\n{table}",
        Workload::OF_PEERS.name(),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::entry;
    use super::*;

    fn section(workload: Workload) -> Section {
        let entries = [
            (Contender::Ours, 9_000, 1.0),
            (Contender::Floor, 10_000, 2.0),
            (Contender::Flask, 900, 10.0),
        ];
        Section {
            workload,
            entries: entries
                .map(|(contender, rate, p99)| entry(contender, rate, p99))
                .into(),
        }
    }

    fn squeezed(text: &str) -> String {
        text.split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn ours_is_told_by_the_floor_and_batches_by_their_sentences() {
        for (workload, want) in [
            (
                Workload::Single(16),
                "| relevance | 9,000 | 0.90 | 1.00 | 1.00 | 2.00 | 200 | 98 % |",
            ),
            (
                Workload::Batches,
                "| relevance | 576,000 | 0.90 | 1.00 | 1.00 | 2.00 | 200 | 98 % |",
            ),
        ] {
            let mut text = String::new();
            write_section(&mut text, &section(workload)).unwrap();
            assert!(squeezed(&text).contains(want), "{want}: {text}");
            assert!(!text.contains("Flask"), "{text}");
        }
    }

    #[test]
    fn peers_stand_beside_ours_in_a_table_of_their_own() {
        let mut text = String::new();
        write_peers(&mut text, &section(Workload::OF_PEERS)).unwrap();
        for want in [
            "| relevance | 9,000 | 1.00 |",
            "| Flask, gunicorn | 900 | 10.0 | 1.00 | 10.0 | 10 |",
        ] {
            assert!(squeezed(&text).contains(want), "{want}: {text}");
        }
    }
}
