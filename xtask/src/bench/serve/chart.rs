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
        groups: sections.iter().map(group).collect(),
    }
}

fn group(section: &Section) -> Group {
    let floor = section.entry(Contender::Floor);
    let bars = section.entries.iter().map(|entry| Bar {
        name: entry.contender.name().to_owned(),
        value: entry.outcome.rate(),
        figure: figure(entry, floor),
        is_ours: entry.contender.is_ours(),
    });
    Group { name: section.workload.name(), bars: bars.collect() }
}

/// The rate, and how many times the floor's that is.
fn figure(entry: &Entry, floor: Option<&Entry>) -> String {
    let rate = rounded(entry.outcome.rate());
    match floor {
        Some(floor) if entry.contender != Contender::Floor => {
            format!("{rate}, {}×", times(times_the_rate(entry, floor)))
        }
        _ => rate,
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::entry;
    use super::super::workload::Workload;
    use super::*;

    #[test]
    fn everyone_tells_how_many_times_the_floor_they_reach() {
        let entries = [(Contender::Ours, 45_000), (Contender::Floor, 50_000), (Contender::Flask, 2_500)];
        let entries = entries.map(|(contender, rate)| entry(contender, rate, 1.0)).into();
        let chart = chart(&[Section { workload: Workload::Single(16), entries }]);
        let bars: Vec<_> = chart.groups[0].bars.iter().map(|bar| (bar.figure.as_str(), bar.is_ours)).collect();
        assert_eq!(bars, [("45,000, 0.90×", true), ("50,000", false), ("2,500, 0.05×", false)]);
        assert_eq!(chart.groups[0].name, "16 connections");
    }
}
