//! What a check found.

use serde::Serialize;

use super::lengths::Lengths;
use crate::dataset::label::Label;

/// How many rows a list names; the total is given beside it.
pub(super) const LISTED: usize = 20;

/// What a check found in a source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The source's name.
    pub source: String,
    /// Number of rows.
    pub rows: u64,
    /// Rows of each label.
    pub labels: LabelCounts,
    /// Rows whose label cannot be read.
    pub unknown_labels: Listed<UnknownLabel>,
    /// Rows whose text is empty or white space.
    pub empty_texts: Rows,
    /// Number of different texts.
    pub distinct_texts: u64,
    /// Number of texts that differ in more than case, links, handles, punctuation and blanks: what the split keeps apart.
    pub distinct_wordings: u64,
    /// Rows that repeat the text of an earlier row.
    pub duplicates: Rows,
    /// Texts that carry more than one label.
    pub conflicts: Listed<Conflict>,
    /// Lengths of the texts; none without rows.
    pub lengths: Option<Lengths>,
    /// Rows where `choose_one` and `class_label` disagree; none when the source does not have both.
    pub disagreements: Option<Rows>,
}

impl Report {
    /// Whether training would take the source: it has rows, and every label can be read.
    #[must_use]
    pub const fn is_trainable(&self) -> bool {
        self.rows > 0 && self.unknown_labels.total == 0
    }
}

/// Rows of each label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelCounts {
    /// Rows with [`Label::NotRelevant`].
    pub not_relevant: u64,
    /// Rows with [`Label::Relevant`].
    pub relevant: u64,
    /// Rows with [`Label::CantDecide`].
    pub cant_decide: u64,
}

impl LabelCounts {
    pub(super) const fn count(&mut self, label: Label) {
        match label {
            Label::NotRelevant => self.not_relevant += 1,
            Label::Relevant => self.relevant += 1,
            Label::CantDecide => self.cant_decide += 1,
        }
    }
}

/// A count, and the first 20 of what was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed<T> {
    /// How many there are.
    pub total: u64,
    /// The first 20 of them.
    pub first: Vec<T>,
}

/// Row numbers, from 1.
pub type Rows = Listed<u64>;

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            total: 0,
            first: Vec::new(),
        }
    }
}

impl<T> Listed<T> {
    pub(super) fn push(&mut self, item: T) {
        self.total += 1;
        if self.first.len() < LISTED {
            self.first.push(item);
        }
    }
}

/// A row whose label cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownLabel {
    /// Position in the source, from 1.
    pub row: u64,
    /// The value as it stands there.
    pub value: String,
}

/// A text that carries more than one label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The first row of each label, in the order of the rows.
    pub rows: Vec<RowLabel>,
}

/// A row and its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowLabel {
    /// Position in the source, from 1.
    pub row: u64,
    /// Its label.
    pub label: Label,
}
