//! A logit taken apart: what each term and each token of a text adds to it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::Scorer;
use crate::terms::TermBuffer;

/// A text's logit as a sum: the intercept and the shares of the terms, or the intercept and the shares of the tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Log-odds that the text is relevant.
    pub logit: f64,
    /// The logit of a text without known terms.
    pub intercept: f64,
    /// The known terms of the text, the largest share first, whatever its sign.
    pub terms: Vec<TermContribution>,
    /// Every token of the text, in its order.
    pub tokens: Vec<TokenContribution>,
}

/// What a term adds to a logit.
#[derive(Clone, Debug, PartialEq)]
pub struct TermContribution {
    /// The term: tokens in lower case, joined by spaces.
    pub term: String,
    /// count × idf × coefficient / norm of the text's row.
    pub share: f64,
    /// Where it stands in the text, in bytes, ascending.
    pub places: Vec<Range<usize>>,
}

/// What a token adds to a logit: its part of each term that it is in, which the tokens of a term share alike.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenContribution {
    /// Where it stands in the text, in bytes.
    pub place: Range<usize>,
    /// The sum of its parts.
    pub share: f64,
    /// Whether it is in a known term.
    pub is_known: bool,
}

impl Scorer {
    /// Takes the logit of `text` apart, for `coefficients` by column, `[vocabulary]`.
    ///
    /// # Panics
    /// When there are fewer coefficients than terms.
    #[must_use]
    pub fn explain(&self, text: &str, coefficients: &[f32], intercept: f32) -> Explanation {
        // By column, the runs of tokens that are its term.
        let mut occurrences: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
        let mut buffer = TermBuffer::default();
        self.find_columns(text, &mut buffer, |column, tokens| {
            occurrences.entry(column as usize).or_default().push(tokens);
        });
        let places: Vec<Range<usize>> = buffer.places().collect();
        let weight = |(&column, runs): (&usize, &Vec<_>)| {
            lossless(runs.len()) * f64::from(self.idf()[column])
        };
        let squares: f64 = occurrences
            .iter()
            .map(weight)
            .map(|weight| weight * weight)
            .sum();
        let share = |column: usize| {
            f64::from(self.idf()[column]) * f64::from(coefficients[column]) / squares.sqrt()
        };

        let unknown = |place: &Range<usize>| TokenContribution {
            place: place.clone(),
            share: 0.0,
            is_known: false,
        };
        let mut tokens: Vec<TokenContribution> = places.iter().map(unknown).collect();
        for (&column, run) in occurrences
            .iter()
            .flat_map(|(column, runs)| runs.iter().map(move |run| (column, run)))
        {
            let part = share(column) / lossless(run.len());
            for token in &mut tokens[run.clone()] {
                token.share += part;
                token.is_known = true;
            }
        }
        let mut terms: Vec<TermContribution> = occurrences
            .iter()
            .map(|(&column, runs)| TermContribution {
                term: term(text, &places[runs[0].clone()]),
                share: share(column) * lossless(runs.len()),
                places: runs.iter().map(|run| span(&places[run.clone()])).collect(),
            })
            .collect();
        terms.sort_by(|left, right| right.share.abs().total_cmp(&left.share.abs()));
        let intercept = f64::from(intercept);
        let logit = terms.iter().map(|term| term.share).sum::<f64>() + intercept;
        Explanation {
            logit,
            intercept,
            terms,
            tokens,
        }
    }
}

/// The term that stands at the tokens' places.
fn term(text: &str, tokens: &[Range<usize>]) -> String {
    let tokens: Vec<String> = tokens
        .iter()
        .map(|place| text[place.clone()].to_ascii_lowercase())
        .collect();
    tokens.join(" ")
}

/// From the first token's beginning to the last one's end.
fn span(tokens: &[Range<usize>]) -> Range<usize> {
    tokens.first().map_or(0, |first| first.start)..tokens.last().map_or(0, |last| last.end)
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
    fn shares_and_places_are_those_of_the_terms_in_the_text() {
        let pipeline = pipeline();
        let text = "Fire! é FLOOD, fire; unseen";
        let explained =
            Scorer::from(&pipeline).explain(text, pipeline.coefficients(), pipeline.intercept());
        let fire = explained
            .terms
            .iter()
            .find(|term| term.term == "fire")
            .unwrap();
        assert_eq!(fire.places, [0..4, 16..20]);
        let places: Vec<&str> = explained
            .tokens
            .iter()
            .map(|token| &text[token.place.clone()])
            .collect();
        assert_eq!(places, ["Fire", "FLOOD", "fire", "unseen"]);
        let unseen = explained.tokens.last().unwrap();
        assert_eq!((unseen.share.to_bits(), unseen.is_known), (0, false));
    }

    #[test]
    fn a_text_without_known_terms_is_the_intercept() {
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
            let explained = Scorer::from(&pipeline).explain(&text, pipeline.coefficients(), pipeline.intercept());
            let logit = pipeline.logit(&text);
            let terms: f64 = explained.terms.iter().map(|term| term.share).sum();
            let tokens: f64 = explained.tokens.iter().map(|token| token.share).sum();
            prop_assert!((explained.logit - logit).abs() < 1e-12);
            prop_assert!((terms + explained.intercept - logit).abs() < 1e-12);
            prop_assert!((tokens + explained.intercept - logit).abs() < 1e-12);
        }
    }
}
