//! Sentences a second as bars: one core, all cores.

use super::case::{Cores, Format, Locale, Who};
use super::measure::{Entries, Entry};
use crate::bench::chart::{Bar, Chart, Group, Scale};
use crate::bench::figures::grouped;

/// The chart of what was measured.
pub fn chart(entries: &Entries) -> Chart {
    let groups = [
        (Cores::One, "one core".to_owned()),
        (Cores::All, format!("all {} cores", entries.cores)),
    ];
    Chart {
        title: "Thousands of sentences a second, from file to file (logarithmic)".to_owned(),
        unit: "k",
        scale: Scale::Logarithmic,
        groups: groups
            .into_iter()
            .map(|(cores, name)| Group {
                name,
                bars: bars(entries, cores),
            })
            .collect(),
    }
}

fn bars(entries: &Entries, cores: Cores) -> Vec<Bar> {
    let everyone = Format::ALL.map(Who::Relevance).into_iter().chain([
        Who::WordCount(Locale::C),
        Who::WordCount(Locale::Utf8),
        Who::Onnxruntime,
    ]);
    everyone
        .filter_map(|who| entries.longest(who, cores))
        .map(bar)
        .collect()
}

fn bar(entry: &Entry) -> Bar {
    let who = entry.case.who;
    Bar {
        name: who.name(),
        value: entry.sentences_per_second() / 1e3,
        figure: thousands(entry),
        is_ours: who.is_ours(),
    }
}

/// Thousands of sentences a second, as people read them.
pub fn thousands(entry: &Entry) -> String {
    let thousands = entry.sentences_per_second() / 1e3;
    if thousands < 100.0 {
        return format!("{thousands:.1}");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is positive and far below 2^64"
    )]
    let thousands = thousands.round() as u64;
    grouped(thousands)
}

#[cfg(test)]
mod tests {
    use super::super::aims::tests::entries;
    use super::*;

    #[test]
    fn the_longest_file_counts_in_each_group() {
        let chart = chart(&entries());
        let bars = |group: &Group| {
            group
                .bars
                .iter()
                .map(|bar| (bar.name.clone(), bar.figure.clone(), bar.is_ours))
                .collect::<Vec<_>>()
        };
        let want = |bars: &[(&str, &str, bool)]| {
            bars.iter()
                .map(|&(name, figure, is_ours)| (name.to_owned(), figure.to_owned(), is_ours))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            bars(&chart.groups[0]),
            want(&[
                ("relevance, text", "1,250", true),
                ("wc -w, C", "3,333", false),
                ("wc -w, C.UTF-8", "2,500", false),
                ("onnxruntime, Python", "10.0", false),
            ])
        );
        assert_eq!(
            bars(&chart.groups[1]),
            want(&[("relevance, text", "2,000", true)])
        );
        assert_eq!(chart.groups[1].name, "all 2 cores");
    }
}
