//! What scoring is to reach, beside what it did.

use super::measure::{ONNXRUNTIME, OURS, Size};
use crate::bench::aim::Aim;
use crate::bench::figures::grouped;

/// Every aim that was measured.
pub fn aims(sizes: &[Size]) -> Vec<Aim> {
    let mut aims: Vec<_> = sizes.iter().flat_map(of_size).collect();
    if let [smallest, .., largest] = sizes {
        aims.extend(growth(smallest, largest));
    }
    aims
}

fn of_size(size: &Size) -> Vec<Aim> {
    let columns = format!("{} columns", grouped(size.columns));
    let time = |batch| size.time(OURS, batch).map(|time| time.best_ns / 1_000.0);
    let slowest = time(64)
        .zip(time(1_000))
        .map(|(short, long)| short.max(long));
    let batches = slowest.map(|slowest| {
        Aim::most(
            format!("{columns}: at most 1.5 µs a sentence in batches"),
            slowest,
            1.5,
        )
    });
    let peers = [(1, "one a call"), (64, "64 a call")].map(|(batch, name)| {
        let got = size.times_ours(ONNXRUNTIME, batch)?;
        Some(Aim::least(
            format!("{columns}: 10 times faster than onnxruntime, {name}"),
            got,
            10.0,
        ))
    });
    let allocations = size.allocations(OURS).map(|allocations| {
        Aim::most(
            format!("{columns}: one allocation for a call of 64, the list of answers"),
            allocations.batch,
            1.0,
        )
    });
    [batches]
        .into_iter()
        .chain(peers)
        .chain([allocations])
        .flatten()
        .collect()
}

/// How much longer a sentence takes with the most columns than with the fewest.
fn growth(smallest: &Size, largest: &Size) -> Option<Aim> {
    let got = largest.time(OURS, 64)?.best_ns / smallest.time(OURS, 64)?.best_ns;
    let (from, to) = (grouped(smallest.columns), grouped(largest.columns));
    Some(Aim::most(
        format!("{from} to {to} columns: at most 1.3 times the time, 64 a call"),
        got,
        1.3,
    ))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::measure::{Allocations, Time};
    use super::*;

    /// Ours and onnxruntime, in nanoseconds for one, 64 and 1,000 texts a call.
    pub fn size(columns: u64, ours: [f64; 3], theirs: [f64; 3], allocated: f64) -> Size {
        let times = |engine: &str, name: &str, times: [f64; 3]| {
            [1, 64, 1_000]
                .into_iter()
                .zip(times)
                .map(|(batch, best_ns)| Time {
                    engine: engine.to_owned(),
                    name: name.to_owned(),
                    work: format!("what {name} does"),
                    batch,
                    best_ns,
                    median_ns: 1.25 * best_ns,
                })
                .collect::<Vec<_>>()
        };
        let allocations = Allocations {
            engine: OURS.to_owned(),
            held_bytes: 3 << 19,
            one: 2.0,
            batch: allocated,
        };
        Size {
            columns,
            texts: 4_000,
            mean_bytes: 82.69,
            times: [
                times(OURS, "relevance", ours),
                times(ONNXRUNTIME, "onnxruntime", theirs),
            ]
            .concat(),
            allocations: vec![allocations],
            trained_on: "the archive".to_owned(),
        }
    }

    #[test]
    fn each_aim_is_told_with_what_came_of_it() {
        let sizes = [
            size(
                5_000,
                [2_000.0, 1_000.0, 750.0],
                [20_000.0, 9_000.0, 8_000.0],
                1.0,
            ),
            size(
                100_000,
                [3_000.0, 1_500.0, 1_750.0],
                [90_000.0, 45_000.0, 40_000.0],
                65.0,
            ),
        ];
        let aims: Vec<_> = aims(&sizes)
            .iter()
            .map(|aim| (aim.text.clone(), aim.got, aim.is_reached))
            .collect();
        let want = [
            (
                "5,000 columns: at most 1.5 µs a sentence in batches",
                1.0,
                true,
            ),
            (
                "5,000 columns: 10 times faster than onnxruntime, one a call",
                10.0,
                true,
            ),
            (
                "5,000 columns: 10 times faster than onnxruntime, 64 a call",
                9.0,
                false,
            ),
            (
                "5,000 columns: one allocation for a call of 64, the list of answers",
                1.0,
                true,
            ),
            (
                "100,000 columns: at most 1.5 µs a sentence in batches",
                1.75,
                false,
            ),
            (
                "100,000 columns: 10 times faster than onnxruntime, one a call",
                30.0,
                true,
            ),
            (
                "100,000 columns: 10 times faster than onnxruntime, 64 a call",
                30.0,
                true,
            ),
            (
                "100,000 columns: one allocation for a call of 64, the list of answers",
                65.0,
                false,
            ),
            (
                "5,000 to 100,000 columns: at most 1.3 times the time, 64 a call",
                1.5,
                false,
            ),
        ];
        assert_eq!(
            aims,
            want.map(|(aim, got, is_reached)| (aim.to_owned(), got, is_reached))
        );
    }
}
