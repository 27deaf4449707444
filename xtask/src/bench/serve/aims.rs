//! What serving is to reach, beside what it did.

use super::contender::Contender;
use super::measure::{Entry, Section};
use super::workload::Workload;
use crate::bench::aim::Aim;

/// Sentences per second in batches.
const MOST_SENTENCES: f64 = 1e6;

/// Every aim that was measured.
pub fn aims(sections: &[Section]) -> Vec<Aim> {
    sections.iter().filter_map(of_workload).flatten().collect()
}

fn of_workload(section: &Section) -> Option<Vec<Aim>> {
    let (ours, floor) = (
        section.entry(Contender::Ours)?,
        section.entry(Contender::Floor)?,
    );
    let (name, rate) = (section.workload.name(), times_the_rate(ours, floor));
    match section.workload {
        Workload::Single(1) | Workload::Calls => None,
        Workload::Single(_) => {
            let tail = ours.outcome.p99_us / floor.outcome.p99_us;
            Some(vec![
                Aim::least(
                    format!("{name}: 0.95 of the floor's requests/s"),
                    rate,
                    0.95,
                ),
                Aim::most(format!("{name}: p99 at most 1.2 of the floor's"), tail, 1.2),
            ])
        }
        Workload::Batches => {
            let millions = |entry: &Entry| sentences_per_second(section, entry) / MOST_SENTENCES;
            Some(vec![if millions(floor) < 1.0 {
                // More than the floor reaches is no aim.
                Aim::least(
                    format!("{name}: 0.95 of the floor, which is under a million sentences/s"),
                    rate,
                    0.95,
                )
            } else {
                Aim::least(
                    format!("{name}: a million sentences/s (in millions)"),
                    millions(ours),
                    1.0,
                )
            }])
        }
    }
}

/// The answers per second of one as a multiple of the other's.
pub fn times_the_rate(entry: &Entry, other: &Entry) -> f64 {
    entry.outcome.rate() / other.outcome.rate()
}

pub fn sentences_per_second(section: &Section, entry: &Entry) -> f64 {
    entry.outcome.rate() * f64::from(section.workload.texts())
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::entry;
    use super::*;

    fn section(workload: Workload, ours: (u32, f64), floor: (u32, f64)) -> Section {
        let entries = [(Contender::Ours, ours), (Contender::Floor, floor)];
        let entries = entries.map(|(contender, (rate, p99))| entry(contender, rate, p99));
        Section {
            workload,
            entries: entries.into(),
        }
    }

    #[test]
    fn each_aim_is_told_with_what_came_of_it() {
        let sections = [
            section(Workload::Single(1), (1, 1.0), (2, 1.0)),
            section(Workload::Single(16), (95, 5.0), (100, 4.0)),
            section(Workload::Batches, (8_000, 1.0), (10_000, 1.0)),
            section(Workload::Batches, (20_000, 1.0), (40_000, 1.0)),
        ];
        let aims: Vec<_> = aims(&sections)
            .iter()
            .map(|aim| (aim.text.clone(), aim.got, aim.is_reached))
            .collect();
        let want = [
            ("16 connections: 0.95 of the floor's requests/s", 0.95, true),
            (
                "16 connections: p99 at most 1.2 of the floor's",
                1.25,
                false,
            ),
            (
                "batches of 64: 0.95 of the floor, which is under a million sentences/s",
                0.8,
                false,
            ),
            (
                "batches of 64: a million sentences/s (in millions)",
                1.28,
                true,
            ),
        ];
        assert_eq!(
            aims,
            want.map(|(aim, got, is_reached)| (aim.to_owned(), got, is_reached))
        );
    }
}
