//! What training is to reach, beside what it did.

use super::contender::Contender;
use super::measure::{Entry, Size};
use crate::bench::aim::Aim;

/// How much less time than scikit-learn, by the archive's rows.
const fn times_faster(factor: u32) -> f64 {
    if factor < 100 { 20.0 } else { 10.0 }
}

/// Every aim that was measured.
pub fn aims(sizes: &[Size]) -> Vec<Aim> {
    let mut aims: Vec<_> = sizes.iter().flat_map(of_size).collect();
    aims.extend(
        sizes
            .windows(2)
            .filter_map(|pair| growth(&pair[0], &pair[1])),
    );
    aims
}

fn of_size(size: &Size) -> Vec<Aim> {
    let Some(ours) = size.entry(Contender::Ours) else {
        return Vec::new();
    };
    let factor = size.factor;
    let mut aims = Vec::new();
    let mut aim = |aim: String, got: f64, least: f64| aims.push(Aim::least(aim, got, least));
    for theirs in &size.entries {
        let name = theirs.contender.name();
        match theirs.contender {
            Contender::ScikitLearn => {
                let least = times_faster(factor);
                aim(
                    format!("{factor}×: {least} times faster than {name}"),
                    times_the_wall(theirs, ours),
                    least,
                );
                aim(
                    format!("{factor}×: a third of {name}'s memory"),
                    times_the_memory(theirs, ours),
                    3.0,
                );
            }
            Contender::VowpalWabbit | Contender::FastText => {
                aim(
                    format!("{factor}×: faster than {name}"),
                    times_the_wall(theirs, ours),
                    1.0,
                );
            }
            Contender::Ours | Contender::OursFewTerms | Contender::Linfa => {}
        }
    }
    aims
}

/// From one size to the next, rows grow so many times for each time that the wall time does.
fn growth(small: &Size, large: &Size) -> Option<Aim> {
    let (before, after) = (small.entry(Contender::Ours)?, large.entry(Contender::Ours)?);
    let rows = f64::from(large.rows) / f64::from(small.rows);
    let got = rows / times_the_wall(after, before);
    let aim = format!(
        "{}× to {}×: time grows no faster than the rows",
        small.factor, large.factor
    );
    Some(Aim::least(aim, got, 1.0))
}

/// The wall time of one as a multiple of the other's, both at their best.
pub fn times_the_wall(theirs: &Entry, ours: &Entry) -> f64 {
    theirs.runs.best().wall.as_secs_f64() / ours.runs.best().wall.as_secs_f64()
}

/// The peak memory of one as a multiple of the other's, both at their fastest.
pub fn times_the_memory(theirs: &Entry, ours: &Entry) -> f64 {
    f64::from(theirs.runs.best().peak_kib) / f64::from(ours.runs.best().peak_kib)
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::measured::{Measured, Runs};

    pub fn size(factor: u32, entries: &[(Contender, u64, u32)]) -> Size {
        let entries = entries.iter().map(|&(contender, milliseconds, mebibytes)| {
            let wall = Duration::from_millis(milliseconds);
            let runs = Runs::new(Measured {
                wall,
                processor: wall,
                peak_kib: mebibytes << 10,
            });
            Entry {
                contender,
                runs,
                roc_auc: 0.85,
            }
        });
        Size {
            factor,
            rows: 9_000 * factor,
            entries: entries.collect(),
        }
    }

    #[test]
    fn each_aim_is_told_with_what_came_of_it() {
        let sizes = [
            size(
                1,
                &[
                    (Contender::Ours, 100, 50),
                    (Contender::ScikitLearn, 2_500, 149),
                    (Contender::FastText, 50, 9),
                ],
            ),
            size(
                100,
                &[
                    (Contender::Ours, 2_000, 100),
                    (Contender::ScikitLearn, 20_000, 300),
                ],
            ),
        ];
        let aims: Vec<_> = aims(&sizes)
            .iter()
            .map(|aim| (aim.text.clone(), aim.got, aim.is_reached))
            .collect();
        let want = [
            ("1×: 20 times faster than scikit-learn", 25.0, true),
            ("1×: a third of scikit-learn's memory", 2.98, false),
            ("1×: faster than fastText", 0.5, false),
            ("100×: 10 times faster than scikit-learn", 10.0, true),
            ("100×: a third of scikit-learn's memory", 3.0, true),
            ("1× to 100×: time grows no faster than the rows", 5.0, true),
        ];
        assert_eq!(
            aims,
            want.map(|(aim, got, is_reached)| (aim.to_owned(), got, is_reached))
        );
    }
}
