//! What answering files is to reach, beside what it did.

use super::case::{Cores, Format, Who};
use super::measure::{Entries, Entry};
use crate::bench::aim::Aim;
use crate::bench::figures::grouped;

/// How many times the time of `wc -w` a core may take.
const TIMES_THE_COUNT: f64 = 2.0;
/// How many times the memory of a short file a long one may take.
const TIMES_THE_MEMORY: f64 = 1.1;

/// Every aim that was measured.
pub fn aims(entries: &Entries) -> Vec<Aim> {
    let cores = [(Cores::One, "one core"), (Cores::All, "all cores")];
    let times = Format::ALL
        .into_iter()
        .flat_map(|format| cores.map(|(cores, name)| (format, cores, name)));
    let times = times.filter_map(|(format, cores, name)| {
        let got = entries.times_the_count(entries.longest(Who::Relevance(format), cores)?)?;
        let aim = format!(
            "{}, {name}: {TIMES_THE_COUNT} times the time of `wc -w`, core for core",
            format.name()
        );
        Some(Aim::most(aim, got, TIMES_THE_COUNT))
    });
    let memory = Format::ALL.into_iter().filter_map(|format| {
        let (short, long) = entries.shortest_and_longest(format)?;
        let sizes = [short, long].map(|entry| grouped(entry.case.sentences));
        let aim = format!(
            "{}: {TIMES_THE_MEMORY} times the memory at {} of that at {}",
            format.name(),
            sizes[1],
            sizes[0]
        );
        Some(Aim::most(
            aim,
            times_the_memory(long, short),
            TIMES_THE_MEMORY,
        ))
    });
    times.chain(memory).collect()
}

/// The peak memory of one as a multiple of the other's, both at their fastest.
pub fn times_the_memory(one: &Entry, other: &Entry) -> f64 {
    f64::from(one.runs.best().peak_kib) / f64::from(other.runs.best().peak_kib)
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::super::case::{Case, Locale};
    use super::*;
    use crate::bench::measured::{Measured, Runs};

    fn entry(who: Who, cores: Cores, sentences: u32, milliseconds: u64, mebibytes: u32) -> Entry {
        let wall = Duration::from_millis(milliseconds);
        let runs = Runs::new(Measured {
            wall,
            processor: wall,
            peak_kib: mebibytes << 10,
        });
        Entry {
            case: Case {
                who,
                cores,
                sentences,
            },
            runs,
        }
    }

    pub fn entries() -> Entries {
        let text = Who::Relevance(Format::Text);
        let entries = vec![
            entry(text, Cores::All, 100_000, 60, 40),
            entry(text, Cores::All, 1_000_000, 500, 50),
            entry(text, Cores::One, 1_000_000, 800, 30),
            entry(Who::WordCount(Locale::C), Cores::One, 1_000_000, 300, 2),
            entry(Who::WordCount(Locale::Utf8), Cores::One, 1_000_000, 400, 2),
            entry(Who::Onnxruntime, Cores::One, 10_000, 1_000, 90),
        ];
        Entries { entries, cores: 2 }
    }

    #[test]
    fn each_aim_is_told_with_what_came_of_it() {
        let aims: Vec<_> = aims(&entries())
            .iter()
            .map(|aim| (aim.text.clone(), aim.got, aim.is_reached))
            .collect();
        let want = [
            (
                "text, one core: 2 times the time of `wc -w`, core for core",
                2.0,
                true,
            ),
            (
                "text, all cores: 2 times the time of `wc -w`, core for core",
                2.5,
                false,
            ),
            (
                "text: 1.1 times the memory at 1,000,000 of that at 100,000",
                1.25,
                false,
            ),
        ];
        assert_eq!(
            aims,
            want.map(|(aim, got, is_reached)| (aim.to_owned(), got, is_reached))
        );
    }
}
