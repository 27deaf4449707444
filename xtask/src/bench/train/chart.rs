//! Wall time as bars, one group a size.

use super::aims::times_the_wall;
use super::contender::Contender;
use super::measure::{Entry, Size};
use crate::bench::chart::{Bar, Chart, Group, Scale};
use crate::bench::figures::{grouped, seconds, times};

/// The chart of what was measured.
pub fn chart(sizes: &[Size]) -> Chart {
    Chart {
        title: "Seconds from the source to a written model (logarithmic), and how many times ours"
            .to_owned(),
        unit: "s",
        scale: Scale::Logarithmic,
        groups: sizes.iter().map(group).collect(),
    }
}

fn group(size: &Size) -> Group {
    let bars = size.entries.iter().map(|entry| Bar {
        name: entry.contender.name().to_owned(),
        value: entry.runs.best().wall.as_secs_f64(),
        figure: figure(size, entry),
        is_ours: entry.contender.ours() == entry.contender,
    });
    Group {
        name: format!("{} rows", grouped(size.rows)),
        bars: bars.collect(),
    }
}

/// The time, and how many times ours that is.
fn figure(size: &Size, entry: &Entry) -> String {
    let time = format!("{} s", seconds(entry.runs.best().wall));
    let ours: Contender = entry.contender.ours();
    match size.entry(ours) {
        Some(reference) if ours != entry.contender => {
            format!("{time}, {}×", times(times_the_wall(entry, reference)))
        }
        _ => time,
    }
}

#[cfg(test)]
mod tests {
    use super::super::aims::tests::size;
    use super::*;

    #[test]
    fn theirs_tell_how_many_times_ours_they_took() {
        let sizes = [
            size(
                1,
                &[
                    (Contender::Ours, 50, 30),
                    (Contender::ScikitLearn, 1_250, 150),
                ],
            ),
            size(
                10,
                &[
                    (Contender::Ours, 500, 60),
                    (Contender::VowpalWabbit, 400, 63),
                ],
            ),
        ];
        let chart = chart(&sizes);
        let figures = |group: &Group| {
            group
                .bars
                .iter()
                .map(|bar| bar.figure.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            chart
                .groups
                .iter()
                .map(|group| group.name.as_str())
                .collect::<Vec<_>>(),
            ["9,000 rows", "90,000 rows"]
        );
        assert_eq!(figures(&chart.groups[0]), ["0.050 s", "1.25 s, 25.0×"]);
        assert_eq!(figures(&chart.groups[1]), ["0.500 s", "0.400 s, 0.80×"]);
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
