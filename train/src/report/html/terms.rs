//! The terms with the largest weights for each label.

use maud::{Markup, html};
use relevance_pipeline::{Pipeline, Term, TermKind};

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
fn strongest(pipeline: &Pipeline, relevant: bool) -> Vec<(Term<'_>, f64)> {
    let sign = if relevant { 1.0 } else { -1.0 };
    let weight = |term: &Term<'_>| sign * f64::from(term.coefficient) * f64::from(term.idf);

    let mut terms: Vec<(usize, Term<'_>, f64)> = pipeline
        .terms()
        .enumerate()
        .map(|(index, term)| (index, term, weight(&term)))
        .filter(|&(.., weight)| weight > 0.0)
        .collect();

    // Equal weights in the order of their columns.
    let order = |left: &(usize, Term<'_>, f64), right: &(usize, Term<'_>, f64)| {
        right.2.total_cmp(&left.2).then(left.0.cmp(&right.0))
    };
    if terms.len() > SHOWN {
        terms.select_nth_unstable_by(SHOWN, order);
        terms.truncate(SHOWN);
    }
    terms.sort_unstable_by(order);

    terms
        .into_iter()
        .map(|(_, term, weight)| (term, weight))
        .collect()
}

fn table(caption: &str, class: &str, terms: &[(Term<'_>, f64)]) -> Markup {
    let largest = terms.first().map_or(1.0, |&(_, weight)| weight);
    html! {
        table.terms {
            caption { (caption) }
            thead { tr { th scope="col" { "Term" } th.number scope="col" { "Weight" } td {} } }
            tbody {
                @for &(term, weight) in terms {
                    tr {
                        th.text scope="row" { (name(term)) }
                        td.number { (format!("{weight:.2}")) }
                        td class=(class) { (bar(weight / largest)) }
                    }
                }
            }
        }
    }
}

/// Name of a term; a character n-gram is in quotes, with its spaces visible.
fn name(term: Term<'_>) -> String {
    match term.kind {
        TermKind::Word => term.text.to_owned(),
        TermKind::Character => {
            format!(
                "characters \u{201c}{}\u{201d}",
                term.text.replace(' ', "\u{2423}")
            )
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
            characters: None,
            intercept: 0.0,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: BTreeMap::new(),
        })
        .unwrap();

        let named = |relevant| -> Vec<(String, f64)> {
            let terms = strongest(&pipeline, relevant).into_iter();
            terms.map(|(term, weight)| (name(term), weight)).collect()
        };
        assert_eq!(named(true), [("b".to_owned(), 4.0), ("a".to_owned(), 3.0)]);
        assert_eq!(named(false), [("c".to_owned(), 3.0), ("e".to_owned(), 2.0)]);
    }

    #[test]
    fn character_ngrams_are_quoted_with_visible_spaces() {
        let term = Term {
            kind: TermKind::Character,
            text: "a b",
            idf: 1.0,
            coefficient: 1.0,
        };
        assert_eq!(name(term), "characters \u{201c}a\u{2423}b\u{201d}");
    }
}
