//! Explanations: the contribution of each term and each token to the logit of a text.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::kernel::Scorer;
use crate::kernel::term_index::TermBuffer;

/// Logit of a text as a sum: the intercept and the contributions of the terms, or the intercept and
/// those of the tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Log-odds that the text is relevant.
    pub logit: f64,
    /// Logit of a text without known terms.
    pub intercept: f64,
    /// Known terms of the text, by the absolute value of their contributions, descending.
    pub terms: Vec<TermContribution>,
    /// Tokens of the text, in their order.
    pub tokens: Vec<TokenContribution>,
}

/// Contribution of a term to a logit.
#[derive(Clone, Debug, PartialEq)]
pub struct TermContribution {
    /// The term: tokens in lower case, joined by spaces.
    pub term: String,
    /// Count × IDF × coefficient / norm of the text's row.
    pub contribution: f64,
    /// Byte spans of its occurrences in the text, ascending.
    pub spans: Vec<Range<usize>>,
}

/// Contribution of a token to a logit: its part of each term that it belongs to.
///
/// The tokens of a term contribute equal parts of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenContribution {
    /// Byte span of the token in the text.
    pub span: Range<usize>,
    /// Sum of its parts.
    pub contribution: f64,
    /// Whether it belongs to a known term.
    pub is_known: bool,
}

impl Scorer {
    /// Explains the logit of `text` for `coefficients` by column, `[vocabulary]`.
    ///
    /// # Panics
    /// When there are fewer coefficients than terms.
    #[must_use]
    pub fn explain(&self, text: &str, coefficients: &[f32], intercept: f32) -> Explanation {
        let mut buffer = TermBuffer::default();
        let mut occurrences = Occurrences::new();
        self.find_columns(text, &mut buffer, |column, tokens| {
            occurrences.entry(column as usize).or_default().push(tokens);
        });

        let norm = self.norm(&occurrences);
        let contribution_of_one =
            |column: usize| f64::from(self.idf()[column]) * f64::from(coefficients[column]) / norm;

        let spans: Vec<Range<usize>> = buffer.spans().collect();
        let tokens = token_contributions(&spans, &occurrences, contribution_of_one);
        let terms = term_contributions(text, &spans, &occurrences, contribution_of_one);

        let intercept = f64::from(intercept);
        let sum: f64 = terms.iter().map(|term| term.contribution).sum();
        Explanation {
            logit: sum + intercept,
            intercept,
            terms,
            tokens,
        }
    }

    /// Returns the Euclidean norm of a text's TF-IDF row.
    fn norm(&self, occurrences: &Occurrences) -> f64 {
        let squares = occurrences.iter().map(|(&column, runs)| {
            let weight = lossless(runs.len()) * f64::from(self.idf()[column]);
            weight * weight
        });

        squares.sum::<f64>().sqrt()
    }
}

/// By column, the indexes of the tokens of each occurrence of its term.
type Occurrences = BTreeMap<usize, Vec<Range<usize>>>;

fn token_contributions(
    spans: &[Range<usize>],
    occurrences: &Occurrences,
    contribution_of_one: impl Fn(usize) -> f64,
) -> Vec<TokenContribution> {
    let unknown = |span: &Range<usize>| TokenContribution {
        span: span.clone(),
        contribution: 0.0,
        is_known: false,
    };
    let mut tokens: Vec<TokenContribution> = spans.iter().map(unknown).collect();

    for (&column, runs) in occurrences {
        for run in runs {
            let part = contribution_of_one(column) / lossless(run.len());
            for token in &mut tokens[run.clone()] {
                token.contribution += part;
                token.is_known = true;
            }
        }
    }

    tokens
}

fn term_contributions(
    text: &str,
    spans: &[Range<usize>],
    occurrences: &Occurrences,
    contribution_of_one: impl Fn(usize) -> f64,
) -> Vec<TermContribution> {
    let mut terms: Vec<TermContribution> = occurrences
        .iter()
        .map(|(&column, runs)| TermContribution {
            term: term(text, &spans[runs[0].clone()]),
            contribution: contribution_of_one(column) * lossless(runs.len()),
            spans: runs.iter().map(|run| join(&spans[run.clone()])).collect(),
        })
        .collect();
    terms.sort_by(|left, right| {
        let [left, right] = [left, right].map(|term| term.contribution.abs());
        right.total_cmp(&left)
    });

    terms
}

/// Returns the term that consists of the tokens at `spans`.
fn term(text: &str, spans: &[Range<usize>]) -> String {
    let tokens: Vec<String> = spans
        .iter()
        .map(|span| text[span.clone()].to_ascii_lowercase())
        .collect();

    tokens.join(" ")
}

/// Returns the span from the start of the first token to the end of the last.
fn join(spans: &[Range<usize>]) -> Range<usize> {
    let start = spans.first().map_or(0, |first| first.start);
    let end = spans.last().map_or(0, |last| last.end);

    start..end
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a text has fewer than 2^52 tokens"
)]
const fn lossless(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pipeline::tests::pipeline;

    #[test]
    fn contributions_and_spans_are_those_of_the_terms_in_the_text() {
        let pipeline = pipeline();
        let text = "Fire! é FLOOD, fire; unseen";
        let explained =
            Scorer::from(&pipeline).explain(text, pipeline.coefficients(), pipeline.intercept());

        let fire = explained
            .terms
            .iter()
            .find(|term| term.term == "fire")
            .unwrap();
        assert_eq!(fire.spans, [0..4, 16..20]);

        let tokens: Vec<&str> = explained
            .tokens
            .iter()
            .map(|token| &text[token.span.clone()])
            .collect();
        assert_eq!(tokens, ["Fire", "FLOOD", "fire", "unseen"]);

        let unseen = explained.tokens.last().unwrap();
        assert_eq!((unseen.contribution.to_bits(), unseen.is_known), (0, false));
    }

    #[test]
    fn a_text_without_known_terms_has_the_intercept_as_logit() {
        let pipeline = pipeline();
        for text in ["", "!!", "unseen"] {
            let explained = Scorer::from(&pipeline).explain(
                text,
                pipeline.coefficients(),
                pipeline.intercept(),
            );

            assert!(explained.terms.is_empty(), "{text}");
            assert_eq!(
                explained.logit.to_bits(),
                f64::from(pipeline.intercept()).to_bits(),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn terms_and_tokens_each_add_up_to_the_logit(text in "[a-cA-C fire,lodé]{0,60}") {
            let pipeline = pipeline();
            let explained = Scorer::from(&pipeline).explain(
                &text,
                pipeline.coefficients(),
                pipeline.intercept(),
            );
            let logit = pipeline.logit(&text);
            let terms: f64 = explained.terms.iter().map(|term| term.contribution).sum();
            let tokens: f64 = explained.tokens.iter().map(|token| token.contribution).sum();

            prop_assert!((explained.logit - logit).abs() < 1e-12);
            prop_assert!((terms + explained.intercept - logit).abs() < 1e-12);
            prop_assert!((tokens + explained.intercept - logit).abs() < 1e-12);
        }
    }
}
