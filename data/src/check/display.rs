//! Text form of a report.

use std::fmt::{self, Display, Formatter};

use relevance_pipeline::Labels;

use super::report::{Conflict, Listed, Report, RowLabel, Rows, ValueCount};
use crate::dataset::labels::label::Label;
use crate::excerpt::excerpt;

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "source: {}", self.source)?;
        writeln!(formatter, "rows: {}", self.rows)?;
        self.fmt_labels(formatter)?;

        writeln!(formatter, "different texts: {}", self.distinct_texts)?;
        writeln!(
            formatter,
            "  without case, links, handles, punctuation, whitespace: {}",
            self.distinct_normalized_texts
        )?;
        let duplicates = self.rows(&self.duplicates);
        writeln!(formatter, "rows that repeat a text: {duplicates}")?;
        let conflicts = listed(&self.conflicts, |conflict| self.conflict(conflict));
        writeln!(formatter, "texts with more than one label: {conflicts}")?;
        let empty = self.rows(&self.empty_texts);
        writeln!(formatter, "empty texts: {empty}")?;
        if let Some(disagreements) = &self.disagreements {
            writeln!(
                formatter,
                "rows where choose_one and class_label disagree: {}",
                self.rows(disagreements)
            )?;
        }

        match &self.lengths {
            None => write!(formatter, "characters a text: no texts"),
            Some(lengths) => write!(
                formatter,
                "characters a text: min {}, mean {:.1}, median {}, 95 % up to {}, max {}",
                lengths.min, lengths.mean, lengths.median, lengths.p95, lengths.max
            ),
        }
    }
}

impl Report {
    /// Formats the rows of each label, and the values with their meaning where it was to be found.
    fn fmt_labels(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let names = self.label_names.clone().unwrap_or_default();
        for (name, count) in [
            (names.not_relevant.as_str(), self.labels.not_relevant),
            (names.relevant.as_str(), self.labels.relevant),
            (Label::CantDecide.as_str(), self.labels.cant_decide),
        ] {
            writeln!(formatter, "  {name}: {count}")?;
        }
        let unlabelled = self.rows(&self.unlabelled);
        writeln!(formatter, "  without a label: {unlabelled}")?;

        let is_name = |value: &ValueCount| {
            let label = value.label.map(Label::as_str);
            label.is_none_or(|label| value.value.eq_ignore_ascii_case(label))
        };
        let are_names = names == Labels::default() && self.label_values.iter().all(is_name);
        if self.unknown_labels.is_some() || !are_names {
            writeln!(formatter, "label values: {}", self.label_value_count)?;
            for ValueCount { value, rows, label } in &self.label_values {
                let meaning = label.map_or("", Label::as_str);
                let arrow = if label.is_some() { " → " } else { "" };
                writeln!(formatter, "  {}: {rows}{arrow}{meaning}", excerpt(value))?;
            }
        }
        Ok(())
    }
}

impl Report {
    /// Formats the number of rows, then the first ones: `3 (row …)`.
    fn rows(&self, rows: &Rows) -> String {
        listed(rows, |&row| self.row(row))
    }

    /// Formats a row as `17`, or as ``3 of `b.csv` `` when there are several files.
    fn row(&self, row: u64) -> String {
        let mut files = self.files.iter().rev();
        match files.find(|file| file.first_row <= row) {
            Some(file) => format!("{} of `{}`", row - file.first_row + 1, file.file),
            None => row.to_string(),
        }
    }

    /// Formats a text with several labels as `17 Relevant / 210 Not Relevant`.
    fn conflict(&self, conflict: &Conflict) -> String {
        let rows = conflict.rows.iter();
        let rows = rows.map(|RowLabel { row, label }| format!("{} {label}", self.row(*row)));
        rows.collect::<Vec<_>>().join(" / ")
    }
}

/// Formats the total, then the first items: `3 (row …)`.
fn listed<T>(list: &Listed<T>, item: impl Fn(&T) -> String) -> String {
    let items: Vec<_> = list.first.iter().map(item).collect();
    let total = list.total;
    let items = items.join(", ");
    match total - list.first.len() as u64 {
        0 if list.first.is_empty() => total.to_string(),
        0 => format!("{total} (row {items})"),
        more => format!("{total} (row {items} and {more} more)"),
    }
}
