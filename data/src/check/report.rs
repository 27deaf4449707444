//! Result of a check.

use serde::Serialize;

use super::lengths::Lengths;
use crate::dataset::label::Label;

/// Maximum number of items in a list beside its total.
pub(super) const LISTED: usize = 20;

/// Result of checking a source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The source's name.
    pub source: String,
    /// Number of rows.
    pub rows: u64,
    /// Rows of each label.
    pub labels: LabelCounts,
    /// Rows whose label is unknown.
    pub unknown_labels: Listed<UnknownLabel>,
    /// Rows whose text is empty or whitespace.
    pub empty_texts: Rows,
    /// Number of different texts.
    pub distinct_texts: u64,
    /// Number of different texts without case, links, handles, punctuation and whitespace, which a
    /// split keeps apart.
    pub distinct_normalized_texts: u64,
    /// Rows that repeat the text of an earlier row.
    pub duplicates: Rows,
    /// Texts with more than one label.
    pub conflicts: Listed<Conflict>,
    /// Lengths of the texts; none without rows.
    pub lengths: Option<Lengths>,
    /// Rows where `choose_one` and `class_label` disagree; none when the source does not have both.
    pub disagreements: Option<Rows>,
}

impl Report {
    /// Returns whether training accepts the source: it has rows, and every label is known.
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

/// Total number of items, and the first 20 of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed<T> {
    /// Total number.
    pub total: u64,
    /// The first 20 items.
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

/// Row with an unknown label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownLabel {
    /// Number of the row in the source, from 1.
    pub row: u64,
    /// The value in the source.
    pub value: String,
}

/// Text with more than one label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The first row of each label, in the order of the rows.
    pub rows: Vec<RowLabel>,
}

/// Row and its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowLabel {
    /// Number of the row in the source, from 1.
    pub row: u64,
    /// Its label.
    pub label: Label,
}
