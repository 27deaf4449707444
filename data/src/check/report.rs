//! Result of a check.

use relevance_pipeline::Labels;
use serde::Serialize;

use super::lengths::Lengths;
use crate::dataset::labels::label::Label;

/// Maximum number of items in a list beside its total.
pub(super) const LISTED: usize = 20;

/// Result of checking a source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The source's name.
    pub source: String,
    /// Number of rows.
    pub rows: u64,
    /// Files of the rows, when the source consists of several: rows are numbered through all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRows>,
    /// Rows of each label, as far as the meaning of the label values is known.
    pub labels: LabelCounts,
    /// Names of the classes; none when the meaning of a label value is not known.
    pub label_names: Option<Labels>,
    /// Number of different label values.
    pub label_value_count: usize,
    /// The most frequent label values, at most 20, with their meaning.
    pub label_values: Vec<ValueCount>,
    /// Description of what is missing for the meaning of the label values, and of the flags that
    /// state it; none when it is known.
    pub unknown_labels: Option<String>,
    /// Rows without a label.
    pub unlabelled: Rows,
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
        self.rows > 0 && self.unknown_labels.is_none()
    }

    /// Returns the report without the values of the label column.
    #[must_use]
    pub fn redacted(self) -> Self {
        let unknown_labels = self.unknown_labels.map(|_| {
            "the meaning of the label values, which are not shown, is not known: name the column of the \
             labels with `--label-column`, and its values with `--relevant`, `--not-relevant` and \
             `--undecided-values`"
                .to_owned()
        });
        Self {
            label_values: Vec::new(),
            unknown_labels,
            ..self
        }
    }
}

/// Rows of one of several files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileRows {
    /// Name of the file.
    pub file: String,
    /// Number of its first row in the source, from 1.
    pub first_row: u64,
    /// Number of its rows.
    pub rows: u64,
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
    pub(super) const fn add(&mut self, label: Label, rows: u64) {
        match label {
            Label::NotRelevant => self.not_relevant += rows,
            Label::Relevant => self.relevant += rows,
            Label::CantDecide => self.cant_decide += rows,
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
    /// Adds the items of another list.
    pub(super) fn append(&mut self, other: Option<&Self>)
    where
        T: Clone + Ord,
    {
        if let Some(other) = other {
            self.total += other.total;
            self.first.extend_from_slice(&other.first);
            self.first.sort_unstable();
            self.first.truncate(LISTED);
        }
    }

    pub(super) fn push(&mut self, item: T) {
        self.total += 1;
        if self.first.len() < LISTED {
            self.first.push(item);
        }
    }
}

/// Value of the label column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueCount {
    /// The value, without surrounding whitespace.
    pub value: String,
    /// Number of its rows.
    pub rows: u64,
    /// Its label; none for a missing value, and when the meaning is not known.
    pub label: Option<Label>,
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
