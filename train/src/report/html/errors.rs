//! The most confident errors.

use std::collections::HashSet;

use maud::{Markup, html};

use super::page::ReportPage;
use super::write::{count, excerpt};
use crate::subset::TestSubset;

/// Texts that are shown of each kind.
const SHOWN: usize = 20;

pub(super) fn section(page: &ReportPage) -> Markup {
    let confusion = &page.report.test_metrics.confusion;
    let threshold = page.report.threshold;
    let false_positives = html! { "False positives: " (count(confusion.false_positives)) " texts" };
    let false_negatives = html! { "False negatives: " (count(confusion.false_negatives)) " texts" };

    html! {
        section {
            h2 { "Most confident errors" }
            p.note {
                "Texts of the test subset with the most confident wrong predictions, at most " (SHOWN)
                " of each kind. Some of their labels may be wrong."
            }
            div.pair {
                div.panel { (table(&false_positives, page.test, &worst(page.test, threshold, false))) }
                div.panel { (table(&false_negatives, page.test, &worst(page.test, threshold, true))) }
            }
        }
    }
}

/// Indexes of the texts of `label` with a wrong prediction, the most confident first; equal texts
/// give one index.
fn worst(test: TestSubset, threshold: f32, label: bool) -> Vec<usize> {
    let probability = |index: usize| test.probabilities[index];
    let wrong =
        |&index: &usize| test.labels[index] == label && (probability(index) >= threshold) != label;
    let mut indexes: Vec<usize> = (0..test.labels.len()).filter(wrong).collect();
    indexes.sort_by(|&left, &right| {
        let order = probability(left).total_cmp(&probability(right));
        if label { order } else { order.reverse() }
    });

    let mut seen = HashSet::new();
    indexes.retain(|&index| seen.insert(test.texts[index]));
    indexes.truncate(SHOWN);
    indexes
}

fn table(caption: &Markup, test: TestSubset, indexes: &[usize]) -> Markup {
    html! {
        table {
            caption { (caption) }
            thead { tr { th.number scope="col" { "Probability" } th scope="col" { "Text" } } }
            tbody {
                @for &index in indexes {
                    tr {
                        td.number { (format!("{:.3}", test.probabilities[index])) }
                        td.text { bdi { (excerpt(test.texts[index])) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_ordered_by_confidence_and_equal_texts_appear_once() {
        let test = TestSubset {
            texts: &["a", "b", "c", "d", "e", "f", "b"],
            labels: &[false, false, true, true, false, true, false],
            probabilities: &[0.7, 0.9, 0.4, 0.1, 0.2, 0.8, 0.9],
        };
        assert_eq!(worst(test, 0.5, false), [1, 0]);
        assert_eq!(worst(test, 0.5, true), [3, 2]);
        assert_eq!(worst(test, 0.95, false), Vec::<usize>::new());
    }
}
