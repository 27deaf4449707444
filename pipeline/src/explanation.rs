//! Explanations: the contribution of each term and each token to the logit of a text.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::characters::fold;
use crate::kernel::term_index::TermBuffer;
use crate::kernel::{CharacterScorer, Coefficients, Scorer, WordScorer};
use crate::pipeline::TermKind;

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
    /// Tokens of the text, in their order; its characters, whitespace included, when the model has
    /// character n-grams.
    pub tokens: Vec<TokenContribution>,
}

/// Contribution of a term to a logit.
#[derive(Clone, Debug, PartialEq)]
pub struct TermContribution {
    /// Kind of the term.
    pub kind: TermKind,
    /// The term: tokens in lower case, joined by spaces, or folded characters.
    pub term: String,
    /// Count × IDF × coefficient / norm of the text's row.
    pub contribution: f64,
    /// Byte spans of its occurrences in the text, ascending; those of a character n-gram may
    /// overlap.
    pub spans: Vec<Range<usize>>,
}

/// Contribution of a token, or of a character, to a logit: its part of each term that it belongs to.
///
/// The tokens of a term, and the characters of a token or an n-gram, contribute equal parts of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenContribution {
    /// Byte span of the token, or character, in the text.
    pub span: Range<usize>,
    /// Sum of its parts.
    pub contribution: f64,
    /// Whether it belongs to a known term.
    pub is_known: bool,
}

impl Scorer {
    /// Explains the logit of `text` for `coefficients`.
    ///
    /// # Panics
    /// When there are fewer coefficients than terms.
    #[must_use]
    pub fn explain(
        &self,
        text: &str,
        coefficients: Coefficients<'_>,
        intercept: f32,
    ) -> Explanation {
        let mut terms = Vec::new();
        let mut tokens = Vec::new();
        if let Some(words) = self.words() {
            let block = words.explain(text, coefficients.words);
            terms.extend(block.terms);
            tokens = block.tokens;
        }
        if let Some(characters) = self.characters() {
            let block = characters.explain(text, coefficients.characters);
            terms.extend(block.terms);
            tokens = spread(&tokens, block.tokens);
        }
        terms.sort_by(|left, right| {
            let [left, right] = [left, right].map(|term| term.contribution.abs());
            right.total_cmp(&left)
        });

        let intercept = f64::from(intercept);
        let sum: f64 = terms.iter().map(|term| term.contribution).sum();
        Explanation {
            logit: sum + intercept,
            intercept,
            terms,
            tokens,
        }
    }
}

/// Contributions of the terms of one kind, and of the parts of a text that they consist of.
struct BlockContributions {
    terms: Vec<TermContribution>,
    tokens: Vec<TokenContribution>,
}

impl WordScorer {
    fn explain(&self, text: &str, coefficients: &[f32]) -> BlockContributions {
        let mut buffer = TermBuffer::default();
        let mut occurrences = Occurrences::new();
        self.find_columns(text, &mut buffer, |column, tokens| {
            occurrences.entry(column as usize).or_default().push(tokens);
        });
        let spans: Vec<Range<usize>> = buffer.spans().collect();

        let term = |run: &Range<usize>| TermName {
            kind: TermKind::Word,
            text: term(text, &spans[run.clone()]),
        };
        let weights = Weights::new(self.idf(), coefficients, &occurrences);
        block_contributions(&spans, &occurrences, &weights, term)
    }
}

impl CharacterScorer {
    fn explain(&self, text: &str, coefficients: &[f32]) -> BlockContributions {
        let mut occurrences = Occurrences::new();
        self.find_columns(text, |column, characters| {
            occurrences
                .entry(column as usize)
                .or_default()
                .push(characters);
        });
        let spans: Vec<Range<usize>> = text
            .char_indices()
            .map(|(start, character)| start..start + character.len_utf8())
            .collect();

        let ngram = |run: &Range<usize>| TermName {
            kind: TermKind::Character,
            text: text[join(&spans[run.clone()])].chars().map(fold).collect(),
        };
        let weights = Weights::new(self.idf(), coefficients, &occurrences);
        block_contributions(&spans, &occurrences, &weights, ngram)
    }
}

/// Adds the contributions of tokens to those of the characters that they consist of, in equal
/// parts.
fn spread(
    tokens: &[TokenContribution],
    mut characters: Vec<TokenContribution>,
) -> Vec<TokenContribution> {
    let mut next = 0;
    for token in tokens {
        let is_before = |character: &TokenContribution| character.span.start < token.span.start;
        let is_inside = |character: &TokenContribution| character.span.start < token.span.end;
        next += characters[next..].partition_point(is_before);
        let length = characters[next..].partition_point(is_inside);

        for character in &mut characters[next..next + length] {
            character.contribution += token.contribution / lossless(length);
            character.is_known |= token.is_known;
        }
        next += length;
    }

    characters
}

/// Numbers of one kind of terms, and the norm of a text's row.
struct Weights<'a> {
    idf: &'a [f32],
    coefficients: &'a [f32],
    norm: f64,
}

impl<'a> Weights<'a> {
    fn new(idf: &'a [f32], coefficients: &'a [f32], occurrences: &Occurrences) -> Self {
        let squares = occurrences.iter().map(|(&column, runs)| {
            let weight = lossless(runs.len()) * f64::from(idf[column]);
            weight * weight
        });

        Self {
            idf,
            coefficients,
            norm: squares.sum::<f64>().sqrt(),
        }
    }

    /// Returns the contribution of one occurrence of a term; 0 where all terms of the text have an IDF of 0.
    fn of_one(&self, column: usize) -> f64 {
        if self.norm == 0.0 {
            return 0.0;
        }
        f64::from(self.idf[column]) * f64::from(self.coefficients[column]) / self.norm
    }
}

/// Kind and text of a term.
struct TermName {
    kind: TermKind,
    text: String,
}

fn block_contributions(
    spans: &[Range<usize>],
    occurrences: &Occurrences,
    weights: &Weights<'_>,
    name: impl Fn(&Range<usize>) -> TermName,
) -> BlockContributions {
    let terms = occurrences.iter().map(|(&column, runs)| {
        let TermName { kind, text } = name(&runs[0]);
        TermContribution {
            kind,
            term: text,
            contribution: weights.of_one(column) * lossless(runs.len()),
            spans: runs.iter().map(|run| join(&spans[run.clone()])).collect(),
        }
    });

    BlockContributions {
        terms: terms.collect(),
        tokens: token_contributions(spans, occurrences, |column| weights.of_one(column)),
    }
}

/// By column, the indexes of the tokens, or characters, of each occurrence of its term.
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
    use crate::{Pipeline, PipelineParts};

    #[test]
    fn contributions_and_spans_are_those_of_the_terms_in_the_text() {
        let pipeline = pipeline();
        let text = "Fire! é FLOOD, fire; unseen";
        let explained =
            Scorer::from(&pipeline).explain(text, (&pipeline).into(), pipeline.intercept());

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
            let explained =
                Scorer::from(&pipeline).explain(text, (&pipeline).into(), pipeline.intercept());

            assert!(explained.terms.is_empty(), "{text}");
            assert_eq!(
                explained.logit.to_bits(),
                f64::from(pipeline.intercept()).to_bits(),
                "{text}"
            );
        }
    }

    #[test]
    fn terms_without_weight_contribute_nothing() {
        let parts = PipelineParts {
            idf: vec![0.0, -0.0, 3.0],
            ..pipeline().into()
        };
        let pipeline = Pipeline::try_from(parts).unwrap();
        let explained =
            Scorer::from(&pipeline).explain("fire", (&pipeline).into(), pipeline.intercept());

        let contributions: Vec<f64> = explained
            .terms
            .iter()
            .map(|term| term.contribution)
            .collect();
        assert_eq!(contributions, [0.0]);
        assert_eq!(explained.logit.to_bits(), pipeline.logit("fire").to_bits());
    }

    proptest! {
        #[test]
        fn terms_and_tokens_each_add_up_to_the_logit(text in "[a-cA-C fire,lodé]{0,60}") {
            let pipeline = pipeline();
            let explained = Scorer::from(&pipeline).explain(
                &text,
                (&pipeline).into(),
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
