//! Differences between the vocabularies and coefficients of two models.

use std::fmt;

use relevance_pipeline::{Pipeline, TermKind};
use serde::Serialize;

/// Maximum number of terms that are shown of each kind.
const MAX_SHOWN: usize = 10;

/// Terms that only one of two models has, and terms whose coefficients differ most.
#[derive(Debug, PartialEq, Serialize)]
pub struct VocabularyDifference {
    /// Number of terms of the first model.
    pub from: usize,
    /// Number of terms of the second model.
    pub to: usize,
    /// Terms that only the second has.
    pub added: Terms,
    /// Terms that only the first has.
    pub removed: Terms,
    /// Number of terms of both whose coefficients differ.
    pub moved: usize,
    /// Those whose coefficients differ most, the largest difference first.
    pub moved_most: Vec<Move>,
}

/// Terms that only one of two models has.
#[derive(Debug, PartialEq, Serialize)]
pub struct Terms {
    /// Their number.
    pub count: usize,
    /// Those with the largest coefficients in either direction, largest first.
    pub strongest: Vec<WeightedTerm>,
}

/// A term and its coefficient.
#[derive(Debug, PartialEq, Serialize)]
pub struct WeightedTerm {
    pub term: String,
    /// Whether the term is a character n-gram.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_character: bool,
    pub coefficient: f32,
}

/// A term with different coefficients in two models.
#[derive(Debug, PartialEq, Serialize)]
pub struct Move {
    pub term: String,
    /// Whether the term is a character n-gram.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_character: bool,
    pub from: f32,
    pub to: f32,
}

/// Kind and text of a term.
type Name<'p> = (TermKind, &'p str);

/// Compares the terms and coefficients of two models.
pub fn compare(from: &Pipeline, to: &Pipeline) -> VocabularyDifference {
    let shared = terms(from)
        .filter_map(|(name, coefficient)| Some((name, coefficient, coefficient_of(to, name)?)));
    let mut farthest: Vec<_> = shared
        .filter(|(_, before, after)| before.to_bits() != after.to_bits())
        .collect();

    let moved = farthest.len();
    farthest.sort_by(|one, other| {
        let distance = |(_, before, after): &(Name<'_>, f32, f32)| (after - before).abs();
        distance(other)
            .total_cmp(&distance(one))
            .then(one.0.1.cmp(other.0.1))
    });
    farthest.truncate(MAX_SHOWN);

    let moved_most = farthest
        .into_iter()
        .map(|((kind, term), from, to)| Move {
            term: term.to_owned(),
            is_character: kind == TermKind::Character,
            from,
            to,
        })
        .collect();

    VocabularyDifference {
        from: from.terms().count(),
        to: to.terms().count(),
        added: only(to, from),
        removed: only(from, to),
        moved,
        moved_most,
    }
}

impl VocabularyDifference {
    /// Whether the two models have the same terms with the same coefficients.
    pub const fn is_empty(&self) -> bool {
        self.added.count == 0 && self.removed.count == 0 && self.moved == 0
    }
}

/// The terms that `one` has and `other` lacks.
fn only(one: &Pipeline, other: &Pipeline) -> Terms {
    let mut terms: Vec<_> = terms(one)
        .filter(|&(name, _)| coefficient_of(other, name).is_none())
        .collect();
    let count = terms.len();

    terms.sort_by(|one, other| {
        other
            .1
            .abs()
            .total_cmp(&one.1.abs())
            .then(one.0.1.cmp(other.0.1))
    });
    terms.truncate(MAX_SHOWN);

    let strongest = terms
        .into_iter()
        .map(|((kind, term), coefficient)| WeightedTerm {
            term: term.to_owned(),
            is_character: kind == TermKind::Character,
            coefficient,
        })
        .collect();
    Terms { count, strongest }
}

fn terms(pipeline: &Pipeline) -> impl Iterator<Item = (Name<'_>, f32)> {
    pipeline
        .terms()
        .map(|term| ((term.kind, term.text), term.coefficient))
}

fn coefficient_of(pipeline: &Pipeline, (kind, term): Name<'_>) -> Option<f32> {
    match kind {
        TermKind::Word => {
            let column = pipeline.vocabulary().column(term)?;
            Some(pipeline.coefficients()[column])
        }
        TermKind::Character => {
            let block = pipeline.characters()?;
            let column = block.vocabulary().column(term)?;
            Some(block.coefficients()[column])
        }
    }
}

/// Kind of a term in front of its text.
const fn kind(is_character: bool) -> &'static str {
    if is_character { "characters " } else { "" }
}

impl fmt::Display for VocabularyDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            added,
            removed,
            moved,
            moved_most,
        } = self;
        let (add, remove) = (added.count, removed.count);
        writeln!(
            formatter,
            "vocabulary: {from} → {to} terms, {add} added, {remove} removed, {moved} moved"
        )?;
        for (change, terms) in [("added", added), ("removed", removed)] {
            for term in &terms.strongest {
                let WeightedTerm {
                    term,
                    is_character,
                    coefficient,
                } = term;
                let kind = kind(*is_character);
                writeln!(formatter, "  {change} {kind}`{term}`: {coefficient:+.4}")?;
            }
        }
        for moved in moved_most {
            let Move {
                term,
                is_character,
                from,
                to,
            } = moved;
            let kind = kind(*is_character);
            writeln!(formatter, "  moved {kind}`{term}`: {from:+.4} → {to:+.4}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    fn pipeline(terms: &[(&str, f32)]) -> Pipeline {
        let parts = PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: terms.iter().map(|(term, _)| (*term).to_owned()).collect(),
            idf: vec![1.0; terms.len()],
            coefficients: terms.iter().map(|(_, coefficient)| *coefficient).collect(),
            characters: None,
            intercept: 0.0,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: [].into(),
        };
        parts.try_into().unwrap()
    }

    #[test]
    fn added_removed_and_moved_terms_are_listed_the_largest_first() {
        let from = pipeline(&[("fire", 1.0), ("flood", 2.0), ("gone", -1.0), ("lost", 3.0)]);
        let to = pipeline(&[("fire", 1.0), ("flood", -0.5), ("new", 0.25)]);
        let difference = compare(&from, &to);
        let want = "vocabulary: 4 → 3 terms, 1 added, 2 removed, 1 moved\n  added `new`: +0.2500\n  \
                    removed `lost`: +3.0000\n  removed `gone`: -1.0000\n  moved `flood`: +2.0000 → -0.5000\n";
        assert_eq!(difference.to_string(), want);
        assert!(!difference.is_empty());
        assert!(compare(&to, &to).is_empty());
    }

    #[test]
    fn ten_of_many_are_shown_and_all_are_counted() {
        let names: Vec<String> = (10..40).map(|number| format!("t{number}")).collect();
        let terms: Vec<(&str, f32)> = names
            .iter()
            .map(String::as_str)
            .zip((0_u8..).map(f32::from))
            .collect();
        let (from, to) = (pipeline(&[("a", 1.0)]), pipeline(&terms));
        let added = compare(&from, &to).added;
        assert_eq!((added.count, added.strongest.len()), (30, 10));
        assert_eq!(
            added.strongest[0],
            WeightedTerm {
                term: "t39".to_owned(),
                is_character: false,
                coefficient: 29.0
            }
        );
    }
}
