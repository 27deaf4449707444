//! Explanations with the offsets that Python counts.

use std::ops::Range;

use pyo3::prelude::*;
use relevance_pipeline::{Explanation, TermKind};

/// First code point of a span and the one after its last.
type Span = (usize, usize);

/// Explanation as tuples, which the Python sources make into classes.
#[derive(IntoPyObject)]
pub(crate) struct PythonExplanation(
    /// Logit.
    f64,
    /// Intercept.
    f64,
    /// Kind, term, contribution, spans.
    Vec<(&'static str, String, f64, Vec<Span>)>,
    /// Span, contribution, whether it belongs to a known term.
    Vec<(Span, f64, bool)>,
);

impl PythonExplanation {
    /// Converts the byte spans of an explanation of `text`.
    pub(crate) fn new(text: &str, explanation: Explanation) -> Self {
        let offsets = CodePoints::new(text);
        let terms = explanation.terms.into_iter().map(|term| {
            let spans = term.spans.into_iter().map(|span| offsets.span(span));
            (
                name(term.kind),
                term.term,
                term.contribution,
                spans.collect(),
            )
        });
        let tokens = explanation
            .tokens
            .into_iter()
            .map(|token| (offsets.span(token.span), token.contribution, token.is_known));

        Self(
            explanation.logit,
            explanation.intercept,
            terms.collect(),
            tokens.collect(),
        )
    }
}

/// Returns the name of a kind of terms, that of its analyzer.
const fn name(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Word => "word",
        TermKind::Character => "char",
    }
}

/// Byte offsets of the code points of a text; none for ASCII, where they are the same.
struct CodePoints(Vec<usize>);

impl CodePoints {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self(Vec::new());
        }
        Self(text.char_indices().map(|(offset, _)| offset).collect())
    }

    fn span(&self, bytes: Range<usize>) -> Span {
        (self.count_before(bytes.start), self.count_before(bytes.end))
    }

    /// Counts the code points before a byte offset.
    fn count_before(&self, offset: usize) -> usize {
        if self.0.is_empty() {
            return offset;
        }
        self.0.partition_point(|&start| start < offset)
    }
}
