//! Requests per second as bars, one group a workload.

use super::aims::times_the_rate;
use super::contender::Contender;
use super::measure::{Entry, Section};
use crate::bench::chart::{Bar, Chart, Group, Scale};
use crate::bench::figures::{rounded, times};

/// The chart of what was measured.
pub fn chart(sections: &[Section]) -> Chart {
    Chart {
        title: "Requests per second on one core, and how many times the floor's".to_owned(),
        unit: "",
        scale: Scale::Linear,
        groups: sections
            .iter()
            .map(beside_floor)
            .chain(sections.iter().filter_map(beside_peers))
            .collect(),
    }
}

/// Ours and the floor.
fn beside_floor(section: &Section) -> Group {
    let entries = section
        .entries
        .iter()
        .filter(|entry| !entry.contender.is_peer());
    let bars = entries.map(|entry| match section.entry(Contender::Floor) {
        Some(floor) if entry.contender != Contender::Floor => bar(
            entry,
            &format!(", {}×", times(times_the_rate(entry, floor))),
        ),
        _ => bar(entry, ""),
    });
    Group {
        name: section.workload.name(),
        bars: bars.collect(),
    }
}

/// What one would use instead, each with how many times as much ours answers.
fn beside_peers(section: &Section) -> Option<Group> {
    let ours = section.entry(Contender::Ours)?;
    let peers = section
        .entries
        .iter()
        .filter(|entry| entry.contender.is_peer());
    let peers: Vec<_> = peers
        .map(|entry| {
            bar(
                entry,
                &format!(", ours {}×", times(times_the_rate(ours, entry))),
            )
        })
        .collect();
    let name = format!("peers, {}", section.workload.name());
    (!peers.is_empty()).then(|| Group {
        name,
        bars: [vec![bar(ours, "")], peers].concat(),
    })
}

fn bar(entry: &Entry, ratio: &str) -> Bar {
    let (name, value) = (entry.contender.name().to_owned(), entry.outcome.rate());
    Bar {
        name,
        value,
        figure: format!("{}{ratio}", rounded(value)),
        is_ours: entry.contender.is_ours(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::entry;
    use super::super::workload::Workload;
    use super::*;

    #[test]
    fn ours_is_told_by_the_floor_and_peers_by_ours() {
        let entries = [
            (Contender::Ours, 45_000),
            (Contender::Floor, 50_000),
            (Contender::Flask, 2_500),
        ];
        let entries = entries
            .map(|(contender, rate)| entry(contender, rate, 1.0))
            .into();
        let chart = chart(&[Section {
            workload: Workload::Single(16),
            entries,
        }]);
        let figures = |group: &Group| {
            group
                .bars
                .iter()
                .map(|bar| bar.figure.clone())
                .collect::<Vec<_>>()
        };
        let [floor, peers] = &chart.groups[..] else {
            panic!("two groups are wanted")
        };
        assert_eq!(
            (floor.name.as_str(), figures(floor)),
            (
                "16 connections",
                vec!["45,000, 0.90×".into(), "50,000".into()]
            )
        );
        assert_eq!(peers.name, "peers, 16 connections");
        assert_eq!(figures(peers), ["45,000", "2,500, ours 18.0×"]);
    }

    #[test]
    fn without_peers_there_is_no_group_of_them() {
        let entries = vec![entry(Contender::Ours, 1, 1.0)];
        assert_eq!(
            chart(&[Section {
                workload: Workload::Calls,
                entries
            }])
            .groups
            .len(),
            1
        );
    }
}
