//! Metrics of parts of the test subset, which show a part that is worse than the whole.

use std::collections::BTreeMap;

use relevance_pipeline::{TokenCharacters, TokenScan};
use serde::{Deserialize, Serialize};

use super::metrics::Metrics;
use crate::subset::TestSubset;

/// Texts below which a slice is small: a value of a column joins the slice `other`, a length is
/// marked.
pub const SMALL_SLICE: usize = 20;
/// Most values of a column with a slice of their own: those with the most texts.
pub const MAX_VALUES: usize = 20;

/// Lower ends of the slices by length in tokens: about the quartiles of short messages, then
/// doubling.
const LENGTHS: [usize; 6] = [0, 6, 11, 16, 21, 41];
const OTHER: &str = "other";

/// Metrics of the texts with a length or with a value of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// `length`, or the name of the column.
    pub name: String,
    /// The length in tokens, as `6 to 10`, or the column's value; `other` for several values.
    pub value: String,
    /// Number of values of the slice `other`; 0 in a slice of one value.
    pub folded_values: usize,
    /// Number of texts.
    pub texts: usize,
    /// Number of texts labelled relevant.
    pub relevant: usize,
    /// Precision; none when no text is predicted relevant.
    pub precision: Option<f64>,
    /// Recall; none when no text is relevant.
    pub recall: Option<f64>,
    /// Area under the ROC curve; none when a label is missing.
    pub roc_auc: Option<f64>,
    /// Whether there are fewer texts than [`SMALL_SLICE`].
    pub small: bool,
}

/// Indexes of the texts of a slice.
#[derive(Default)]
struct Part {
    value: String,
    folded_values: usize,
    indexes: Vec<usize>,
}

/// Computes metrics at `threshold` by the number of tokens: 0 to 5, 6 to 10, 11 to 15, 16 to 20, 21
/// to 40, and more.
///
/// Empty slices are left out.
#[must_use]
pub fn slices_by_length(
    characters: TokenCharacters,
    test: TestSubset,
    threshold: f32,
) -> Vec<Slice> {
    let mut parts: Vec<Part> = (0..LENGTHS.len())
        .map(|index| Part {
            value: length_range(index),
            ..Part::default()
        })
        .collect();

    let mut scan = TokenScan::default();
    for (index, text) in test.texts.iter().enumerate() {
        scan.read(text, characters);
        let length = scan.len();
        parts[LENGTHS.partition_point(|&from| from <= length) - 1]
            .indexes
            .push(index);
    }

    parts.retain(|part| !part.indexes.is_empty());
    parts
        .into_iter()
        .map(|part| part.measure("length", test, threshold))
        .collect()
}

/// Computes metrics at `threshold` by the values of the column `name`, `[texts]`: those with the
/// most texts first, equals by value.
///
/// Values with fewer texts than [`SMALL_SLICE`], and those after the first [`MAX_VALUES`], make the
/// last slice, `other`.
#[must_use]
pub fn slices_by_column(
    name: &str,
    values: &[&str],
    test: TestSubset,
    threshold: f32,
) -> Vec<Slice> {
    let mut by_value = BTreeMap::<&str, Vec<usize>>::new();
    for (index, value) in values.iter().enumerate().take(test.labels.len()) {
        by_value.entry(value).or_default().push(index);
    }
    let mut parts: Vec<Part> = by_value
        .into_iter()
        .map(|(value, indexes)| Part {
            value: value.to_owned(),
            folded_values: 0,
            indexes,
        })
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.indexes.len()));

    let own = parts
        .iter()
        .take(MAX_VALUES)
        .take_while(|part| part.indexes.len() >= SMALL_SLICE)
        .count();
    let folded = parts.split_off(own);
    if !folded.is_empty() {
        parts.push(Part {
            value: OTHER.to_owned(),
            folded_values: folded.len(),
            indexes: folded.into_iter().flat_map(|part| part.indexes).collect(),
        });
    }
    parts
        .into_iter()
        .map(|part| part.measure(name, test, threshold))
        .collect()
}

impl Part {
    fn measure(self, name: &str, test: TestSubset, threshold: f32) -> Slice {
        let probabilities: Vec<f32> = self
            .indexes
            .iter()
            .map(|&index| test.probabilities[index])
            .collect();
        let labels: Vec<bool> = self
            .indexes
            .iter()
            .map(|&index| test.labels[index])
            .collect();
        let Metrics {
            precision,
            recall,
            roc_auc,
            confusion,
            ..
        } = Metrics::compute(&probabilities, &labels, threshold);

        let texts = labels.len();
        let relevant = labels.iter().filter(|&&label| label).count();
        let predicted_relevant = confusion.true_positives + confusion.false_positives;
        Slice {
            name: name.to_owned(),
            value: self.value,
            folded_values: self.folded_values,
            texts,
            relevant,
            precision: (predicted_relevant > 0).then_some(precision),
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
        let test = TestSubset {
            texts: &texts,
            labels: &[false, true, true, false, true, false],
            probabilities: &[0.1, 0.9, 0.2, 0.8, 0.7, 0.3],
        };
        let slices = slices_by_length(ASCII, test, 0.5);
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
    fn an_undefined_metric_is_none() {
        let test = TestSubset {
            texts: &["a", "b"],
            labels: &[false, false],
            probabilities: &[0.1, 0.2],
        };
        let slice = &slices_by_length(ASCII, test, 0.5)[0];

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
        let labels: Vec<bool> = (0..values.len()).map(|index| index % 2 == 0).collect();
        let probabilities: Vec<f32> = labels
            .iter()
            .map(|&label| if label { 0.75 } else { 0.25 })
            .collect();
        let texts = vec!["text"; values.len()];
        let test = TestSubset {
            texts: &texts,
            labels: &labels,
            probabilities: &probabilities,
        };
        let slices = slices_by_column("region", &values, test, 0.5);
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
        let test = TestSubset {
            texts: &texts,
            labels: &labels,
            probabilities: &probabilities,
        };
        let slices = slices_by_column("column", &values, test, 0.5);

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
        let test = TestSubset {
            texts: &["a", "b"],
            labels: &[true, false],
            probabilities: &[0.9, 0.1],
        };
        let slices = slices_by_column("column", &["x", "y"], test, 0.5);

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
