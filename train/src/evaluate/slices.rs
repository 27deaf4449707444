//! PerMetric of parts of the test side, so that a weak part does not hide behind the whole.

use std::collections::BTreeMap;

use relevance_pipeline::{TokenCharacters, TokenScan};
use serde::{Deserialize, Serialize};

use crate::evaluate::metrics::Metrics;
use crate::subset::TestSubset;

/// A slice with fewer texts says little: one of a column is folded into `other`, one of a length is marked.
pub const SMALL_SLICE: usize = 20;
/// Values of a column that have a slice of their own at most, those of the most texts.
pub const MAX_VALUES: usize = 20;

/// Lengths in tokens at which a slice begins; about quarters of short messages, then twice as long each.
const LENGTHS: [usize; 6] = [0, 6, 11, 16, 21, 41];
const OTHER: &str = "other";

/// The figures of the texts that share a length or the value of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// `length`, or the column.
    pub name: String,
    /// The length in tokens, as `6 to 10`, or the column's value; `other` for values that are folded together.
    pub value: String,
    /// How many values are folded together; 0 in a slice of one value.
    pub folded_values: usize,
    /// How many texts there are.
    pub texts: usize,
    /// How many of them are relevant.
    pub relevant: usize,
    /// Share of the found that are relevant; none when nothing is found.
    pub precision: Option<f64>,
    /// Share of the relevant that are found; none when nothing is relevant.
    pub recall: Option<f64>,
    /// Area under the ROC curve; none when a label is missing.
    pub roc_auc: Option<f64>,
    /// Whether there are fewer texts than [`SMALL_SLICE`].
    pub small: bool,
}

/// The texts of a slice, by place.
#[derive(Default)]
struct Part {
    value: String,
    folded_values: usize,
    places: Vec<usize>,
}

/// PerMetric at `threshold` by the number of tokens: 0 to 5, 6 to 10, 11 to 15, 16 to 20, 21 to 40, and more.
///
/// Lengths that no text has are left out.
#[must_use]
pub fn slices_by_length(
    characters: TokenCharacters,
    side: TestSubset,
    threshold: f32,
) -> Vec<Slice> {
    let mut parts: Vec<Part> = (0..LENGTHS.len())
        .map(|index| Part {
            value: length_range(index),
            ..Part::default()
        })
        .collect();
    let mut scan = TokenScan::default();
    for (place, text) in side.texts.iter().enumerate() {
        scan.read(text, characters);
        let length = scan.len();
        parts[LENGTHS.partition_point(|&from| from <= length) - 1]
            .places
            .push(place);
    }
    parts.retain(|part| !part.places.is_empty());
    parts
        .into_iter()
        .map(|part| part.measure("length", side, threshold))
        .collect()
}

/// PerMetric at `threshold` by the values of the column `name`, `[texts]`: those of the most texts first, equals by value.
///
/// Values of fewer texts than [`SMALL_SLICE`], and those after the first [`MAX_VALUES`], are the last slice, `other`.
#[must_use]
pub fn slices_by_column(
    name: &str,
    values: &[&str],
    side: TestSubset,
    threshold: f32,
) -> Vec<Slice> {
    let mut by_value = BTreeMap::<&str, Vec<usize>>::new();
    for (place, value) in values.iter().enumerate().take(side.labels.len()) {
        by_value.entry(value).or_default().push(place);
    }
    let mut parts: Vec<Part> = by_value
        .into_iter()
        .map(|(value, places)| Part {
            value: value.to_owned(),
            folded_values: 0,
            places,
        })
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.places.len()));
    let own = parts
        .iter()
        .take(MAX_VALUES)
        .take_while(|part| part.places.len() >= SMALL_SLICE)
        .count();
    let folded = parts.split_off(own);
    if !folded.is_empty() {
        parts.push(Part {
            value: OTHER.to_owned(),
            folded_values: folded.len(),
            places: folded.into_iter().flat_map(|part| part.places).collect(),
        });
    }
    parts
        .into_iter()
        .map(|part| part.measure(name, side, threshold))
        .collect()
}

impl Part {
    fn measure(self, name: &str, side: TestSubset, threshold: f32) -> Slice {
        let probabilities: Vec<f32> = self
            .places
            .iter()
            .map(|&place| side.probabilities[place])
            .collect();
        let labels: Vec<bool> = self
            .places
            .iter()
            .map(|&place| side.labels[place])
            .collect();
        let Metrics {
            precision,
            recall,
            roc_auc,
            confusion,
            ..
        } = Metrics::compute(&probabilities, &labels, threshold);
        let (texts, relevant) = (labels.len(), labels.iter().filter(|&&label| label).count());
        let found = confusion.true_positives + confusion.false_positives;
        Slice {
            name: name.to_owned(),
            value: self.value,
            folded_values: self.folded_values,
            texts,
            relevant,
            precision: (found > 0).then_some(precision),
            recall: (relevant > 0).then_some(recall),
            roc_auc: (relevant > 0 && relevant < texts).then_some(roc_auc),
            small: texts < SMALL_SLICE,
        }
    }
}

fn length_range(index: usize) -> String {
    let from = LENGTHS[index];
    LENGTHS.get(index + 1).map_or_else(
        || format!("{from} or more"),
        |next| format!("{from} to {}", next - 1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASCII: TokenCharacters = TokenCharacters::Ascii;

    #[test]
    fn lengths_fall_into_their_ranges_in_order_and_empty_ranges_are_left_out() {
        let long = "word ".repeat(41);
        let texts = ["", "one", "a b c d e", "a b c d e f", long.as_str(), "!!"];
        let side = TestSubset {
            texts: &texts,
            labels: &[false, true, true, false, true, false],
            probabilities: &[0.1, 0.9, 0.2, 0.8, 0.7, 0.3],
        };
        let slices = slices_by_length(ASCII, side, 0.5);
        let shape: Vec<_> = slices
            .iter()
            .map(|slice| (slice.value.as_str(), slice.texts, slice.relevant))
            .collect();
        assert_eq!(
            shape,
            [("0 to 5", 4, 2), ("6 to 10", 1, 0), ("41 or more", 1, 1)]
        );
        assert_eq!(slices[0].precision, Some(1.0));
        assert_eq!(slices[0].recall, Some(0.5));
        // Pairs won: 0.9 above both others, 0.2 above one of them.
        assert_eq!(slices[0].roc_auc, Some(0.75));
        assert!(
            slices
                .iter()
                .all(|slice| slice.small && slice.name == "length" && slice.folded_values == 0)
        );
    }

    #[test]
    fn a_figure_that_nothing_speaks_for_is_none() {
        let side = TestSubset {
            texts: &["a", "b"],
            labels: &[false, false],
            probabilities: &[0.1, 0.2],
        };
        let slice = &slices_by_length(ASCII, side, 0.5)[0];
        assert_eq!(
            (slice.precision, slice.recall, slice.roc_auc),
            (None, None, None)
        );
    }

    #[test]
    fn rare_values_are_folded_into_the_last_slice() {
        let values: Vec<&str> = [("north", 30), ("south", 40), ("east", 19), ("west", 2)]
            .iter()
            .flat_map(|&(value, texts)| vec![value; texts])
            .collect();
        let labels: Vec<bool> = (0..values.len()).map(|place| place % 2 == 0).collect();
        let probabilities: Vec<f32> = labels
            .iter()
            .map(|&label| if label { 0.75 } else { 0.25 })
            .collect();
        let texts = vec!["text"; values.len()];
        let side = TestSubset {
            texts: &texts,
            labels: &labels,
            probabilities: &probabilities,
        };
        let slices = slices_by_column("region", &values, side, 0.5);
        let shape: Vec<_> = slices
            .iter()
            .map(|slice| (slice.value.as_str(), slice.texts, slice.folded_values))
            .collect();
        assert_eq!(
            shape,
            [("south", 40, 0), ("north", 30, 0), ("other", 21, 2)]
        );
        assert!(
            slices
                .iter()
                .all(|slice| slice.roc_auc == Some(1.0) && !slice.small && slice.name == "region")
        );
        assert_eq!(slices.iter().map(|slice| slice.relevant).sum::<usize>(), 46);
    }

    #[test]
    fn a_column_of_many_values_keeps_the_largest() {
        let names: Vec<String> = (0..25).map(|index| format!("value {index:02}")).collect();
        let values: Vec<&str> = names
            .iter()
            .zip(0..)
            .flat_map(|(name, index)| vec![name.as_str(); 20 + index])
            .collect();
        let labels = vec![true; values.len()];
        let probabilities = vec![0.75; values.len()];
        let texts = vec!["text"; values.len()];
        let side = TestSubset {
            texts: &texts,
            labels: &labels,
            probabilities: &probabilities,
        };
        let slices = slices_by_column("column", &values, side, 0.5);
        assert_eq!(slices.len(), MAX_VALUES + 1);
        assert_eq!(
            (slices[0].value.as_str(), slices[0].texts),
            ("value 24", 44)
        );
        assert_eq!(
            (slices[20].value.as_str(), slices[20].folded_values),
            ("other", 5)
        );
        assert_eq!(
            slices.iter().map(|slice| slice.texts).sum::<usize>(),
            values.len()
        );
    }

    #[test]
    fn few_texts_in_all_are_one_small_slice() {
        let side = TestSubset {
            texts: &["a", "b"],
            labels: &[true, false],
            probabilities: &[0.9, 0.1],
        };
        let slices = slices_by_column("column", &["x", "y"], side, 0.5);
        assert_eq!(slices.len(), 1);
        assert!(
            slices[0].small && slices[0].folded_values == 2 && slices[0].precision == Some(1.0)
        );
        assert!(
            slices_by_column(
                "column",
                &[],
                TestSubset {
                    texts: &[],
                    labels: &[],
                    probabilities: &[]
                },
                0.5
            )
            .is_empty()
        );
    }
}
