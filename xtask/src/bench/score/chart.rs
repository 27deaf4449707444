//! The time for a sentence as bars, one group a size and length of calls.

use super::measure::{OURS, Size};
use crate::bench::chart::{Bar, Chart, Group, Scale};
use crate::bench::figures::{grouped, microseconds, times};

/// The chart of what was measured.
pub fn chart(sizes: &[Size]) -> Chart {
    let groups = sizes
        .iter()
        .flat_map(|size| [64, 1].map(|batch| group(size, batch)));
    Chart {
        title: "Microseconds a sentence (logarithmic), and how many times ours".to_owned(),
        unit: "µs",
        scale: Scale::Logarithmic,
        groups: groups.collect(),
    }
}

fn group(size: &Size, batch: usize) -> Group {
    let bars = size
        .times
        .iter()
        .filter(|time| time.batch == batch)
        .map(|time| Bar {
            name: time.name.clone(),
            value: time.best_ns / 1_000.0,
            figure: figure(size, &time.engine, batch, time.best_ns),
            is_ours: time.engine == OURS,
        });
    let calls = if batch == 1 {
        "one a call".to_owned()
    } else {
        format!("{batch} a call")
    };
    Group {
        name: format!("{} columns, {calls}", grouped(size.columns)),
        bars: bars.collect(),
    }
}

/// The time, and how many times ours that is.
fn figure(size: &Size, engine: &str, batch: usize, nanoseconds: f64) -> String {
    let time = format!("{} µs", microseconds(nanoseconds));
    match size.times_ours(engine, batch) {
        Some(ratio) if engine != OURS => format!("{time}, {}×", times(ratio)),
        _ => time,
    }
}

#[cfg(test)]
mod tests {
    use super::super::aims::tests::size;
    use super::*;

    #[test]
    fn theirs_tell_how_many_times_ours_they_took() {
        let chart = chart(&[size(
            5_000,
            [2_000.0, 800.0, 750.0],
            [20_000.0, 9_000.0, 8_000.0],
            1.0,
        )]);
        let figures = |group: &Group| {
            group
                .bars
                .iter()
                .map(|bar| bar.figure.clone())
                .collect::<Vec<_>>()
        };
        let names: Vec<_> = chart
            .groups
            .iter()
            .map(|group| group.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["5,000 columns, 64 a call", "5,000 columns, one a call"]
        );
        assert_eq!(figures(&chart.groups[0]), ["0.80 µs", "9.00 µs, 11.2×"]);
        assert_eq!(figures(&chart.groups[1]), ["2.00 µs", "20.0 µs, 10.0×"]);
        assert_eq!(
            chart.groups[0]
                .bars
                .iter()
                .map(|bar| bar.is_ours)
                .collect::<Vec<_>>(),
            [true, false]
        );
    }
}
