//! Terms of a pipeline with their numbers.

/// Kind of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKind {
    /// One or more tokens.
    Word,
    /// A character n-gram.
    Character,
}

/// A term with its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term<'p> {
    /// Kind of the term.
    pub kind: TermKind,
    /// The term.
    pub text: &'p str,
    /// Inverse document frequency.
    pub idf: f32,
    /// Weight of the linear model.
    pub coefficient: f32,
}

impl<'p> Term<'p> {
    /// Returns the terms of one kind with their numbers, by column.
    pub(super) fn zip(
        kind: TermKind,
        terms: &'p [String],
        idf: &'p [f32],
        coefficients: &'p [f32],
    ) -> impl Iterator<Item = Self> {
        let numbers = idf.iter().zip(coefficients);
        terms
            .iter()
            .zip(numbers)
            .map(move |(text, (&idf, &coefficient))| Self {
                kind,
                text,
                idf,
                coefficient,
            })
    }
}
