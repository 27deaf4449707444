//! The texts on which the model is surest and wrong.

use std::collections::HashSet;

use maud::{Markup, html};

use super::ReportPage;
use super::write::{count, excerpt};
use crate::subset::TestSubset;

/// Texts that are shown of either kind.
const SHOWN: usize = 20;

pub(super) fn section(page: &ReportPage) -> Markup {
    let confusion = &page.report.test_metrics.confusion;
    let threshold = page.report.threshold;
    let relevant =
        html! { "Called relevant, and are not: " (count(confusion.false_positives)) " texts" };
    let missed = html! { "Relevant, and missed: " (count(confusion.false_negatives)) " texts" };
    html! {
        section {
            h2 { "Worst errors" }
            p.note {
                "The texts of the test side on which the model was surest and wrong, " (SHOWN)
                " of either kind. Some of the labels may be what is wrong."
            }
            div.pair {
                div.panel { (table(&relevant, page.test, &worst(page.test, threshold, false))) }
                div.panel { (table(&missed, page.test, &worst(page.test, threshold, true))) }
            }
        }
    }
}

/// The places of the texts of `label` that the model gives to the other one, the surest first; of equal texts one place.
fn worst(side: TestSubset, threshold: f32, label: bool) -> Vec<usize> {
    let probability = |place: usize| side.probabilities[place];
    let wrong =
        |&place: &usize| side.labels[place] == label && (probability(place) >= threshold) != label;
    let mut places: Vec<usize> = (0..side.labels.len()).filter(wrong).collect();
    places.sort_by(|&left, &right| {
        let order = probability(left).total_cmp(&probability(right));
        if label { order } else { order.reverse() }
    });
    let mut seen = HashSet::new();
    places.retain(|&place| seen.insert(side.texts[place]));
    places.truncate(SHOWN);
    places
}

fn table(caption: &Markup, side: TestSubset, places: &[usize]) -> Markup {
    html! {
        table {
            caption { (caption) }
            thead { tr { th.number scope="col" { "Probability" } th scope="col" { "Text" } } }
            tbody {
                @for &place in places {
                    tr {
                        td.number { (format!("{:.3}", side.probabilities[place])) }
                        td.text { bdi { (excerpt(side.texts[place])) } }
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
    fn errors_are_ordered_by_how_sure_the_model_was_and_equal_texts_stand_once() {
        let side = TestSubset {
            texts: &["a", "b", "c", "d", "e", "f", "b"],
            labels: &[false, false, true, true, false, true, false],
            probabilities: &[0.7, 0.9, 0.4, 0.1, 0.2, 0.8, 0.9],
        };
        assert_eq!(worst(side, 0.5, false), [1, 0]);
        assert_eq!(worst(side, 0.5, true), [3, 2]);
        assert_eq!(worst(side, 0.95, false), Vec::<usize>::new());
    }
}
