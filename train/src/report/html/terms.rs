//! The terms with the largest weights for each label.

use maud::{Markup, html};
use relevance_pipeline::Pipeline;

/// Terms that are shown for each label.
const SHOWN: usize = 20;

pub(super) fn section(pipeline: &Pipeline) -> Markup {
    let labels = pipeline.labels();

    html! {
        section {
            h2 { "Strongest terms" }
            p.note {
                "The weight of a term is its coefficient times its inverse document frequency, \
                 before division by the norm of the text's row."
            }
            div.pair {
                div.panel { (table(&format!("For {}", labels.relevant), "relevant", &strongest(pipeline, true))) }
                div.panel { (table(&format!("For {}", labels.not_relevant), "not-relevant", &strongest(pipeline, false))) }
            }
        }
    }
}

/// The terms with the largest weights for a label, largest first.
fn strongest(pipeline: &Pipeline, relevant: bool) -> Vec<(&str, f64)> {
    let sign = if relevant { 1.0 } else { -1.0 };
    let weights = pipeline.coefficients().iter().zip(pipeline.idf());
    let weights =
        weights.map(|(&coefficient, &idf)| sign * f64::from(coefficient) * f64::from(idf));

    let mut columns: Vec<(usize, f64)> = weights
        .enumerate()
        .filter(|(_, weight)| *weight > 0.0)
        .collect();

    // Equal weights in the order of their columns.
    let order = |left: &(usize, f64), right: &(usize, f64)| {
        right.1.total_cmp(&left.1).then(left.0.cmp(&right.0))
    };
    if columns.len() > SHOWN {
        columns.select_nth_unstable_by(SHOWN, order);
        columns.truncate(SHOWN);
    }
    columns.sort_unstable_by(order);

    let terms = pipeline.vocabulary().terms();
    columns
        .into_iter()
        .map(|(column, weight)| (terms[column].as_str(), weight))
        .collect()
}

fn table(caption: &str, class: &str, terms: &[(&str, f64)]) -> Markup {
    let largest = terms.first().map_or(1.0, |&(_, weight)| weight);
    html! {
        table.terms {
            caption { (caption) }
            thead { tr { th scope="col" { "Term" } th.number scope="col" { "Weight" } td {} } }
            tbody {
                @for &(term, weight) in terms {
                    tr {
                        th.text scope="row" { (term) }
                        td.number { (format!("{weight:.2}")) }
                        td class=(class) { (bar(weight / largest)) }
                    }
                }
            }
        }
    }
}

fn bar(fraction: f64) -> Markup {
    html! {
        svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(format!("{:.0}", fraction * 1000.0)) height="10" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    #[test]
    fn each_label_has_its_own_terms_by_coefficient_times_idf() {
        let pipeline = Pipeline::try_from(PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: ["a", "b", "c", "d", "e"].map(String::from).to_vec(),
            idf: vec![1.0, 2.0, 3.0, 1.0, 1.0],
            coefficients: vec![3.0, 2.0, -1.0, 0.0, -2.0],
            intercept: 0.0,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: BTreeMap::new(),
        })
        .unwrap();

        assert_eq!(strongest(&pipeline, true), [("b", 4.0), ("a", 3.0)]);
        assert_eq!(strongest(&pipeline, false), [("c", 3.0), ("e", 2.0)]);
    }
}
