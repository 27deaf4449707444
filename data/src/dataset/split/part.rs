//! Part of rows with the same fraction of relevant rows.

use super::groups::RowGroups;
use super::stratified::stratum;
use super::subsets::rows_of_fraction;
use crate::dataset::rows::Dataset;

/// Draws a fraction of `rows`, over 0 and at most 1, in which each label has its fraction, but at
/// least one row; ascending.
///
/// Rows with equal normalised text are drawn together. A smaller fraction draws rows of a larger
/// one, and the order of the rows does not matter.
///
/// # Panics
/// When a row is not in the dataset.
#[must_use]
pub fn stratified_part(dataset: &Dataset, rows: &[u32], fraction: f64, seed: u64) -> Vec<u32> {
    let groups = RowGroups::by_text(dataset, rows, seed);
    let mut sizes = [0; 2];
    for group in groups.iter() {
        sizes[stratum(dataset, group)] += group.len();
    }
    let wanted = sizes.map(|size| rows_of_fraction(fraction, size).max(1));

    let mut drawn = Vec::new();
    let mut counts = [0; 2];
    for group in groups.iter() {
        let stratum = stratum(dataset, group);
        if counts[stratum] < wanted[stratum] {
            counts[stratum] += group.len();
            drawn.extend(group.iter().map(|&(_, row)| row));
        }
    }
    drawn.sort_unstable();
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::labels::label::Label;

    fn dataset() -> Dataset {
        let texts: Vec<String> = (0..1000).map(|row| format!("text {row}")).collect();
        Dataset {
            texts: texts.iter().map(String::as_str).collect(),
            labels: (0..1000)
                .map(|row| {
                    Some(if row % 10 == 0 {
                        Label::Relevant
                    } else {
                        Label::NotRelevant
                    })
                })
                .collect(),
            ..Dataset::default()
        }
    }

    #[test]
    fn parts_are_nested_and_keep_the_fractions_of_the_labels() {
        let dataset = dataset();
        let rows: Vec<u32> = (0..1000).collect();
        let part = |fraction| stratified_part(&dataset, &rows, fraction, 42);

        let mut larger = rows.clone();
        for (fraction, size) in [(1.0, 1000), (0.5, 500), (0.25, 250), (0.001, 2)] {
            let drawn = part(fraction);
            let relevant = drawn.iter().filter(|&&row| dataset.is_relevant(row));
            assert_eq!(drawn.len(), size);
            assert_eq!(relevant.count(), (size / 10).max(1));
            assert!(drawn.iter().all(|row| larger.binary_search(row).is_ok()));
            larger = drawn;
        }
        assert_ne!(part(0.5), stratified_part(&dataset, &rows, 0.5, 43));
    }
}
