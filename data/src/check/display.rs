//! Text form of a report.

use std::fmt::{self, Display, Formatter};

use relevance_pipeline::Labels;

use super::report::{Conflict, Listed, Report, RowLabel, ValueCount};
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
        writeln!(formatter, "rows that repeat a text: {}", self.duplicates)?;
        writeln!(
            formatter,
            "texts with more than one label: {}",
            self.conflicts
        )?;
        writeln!(formatter, "empty texts: {}", self.empty_texts)?;
        if let Some(disagreements) = &self.disagreements {
            writeln!(
                formatter,
                "rows where choose_one and class_label disagree: {disagreements}"
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
        writeln!(formatter, "  without a label: {}", self.unlabelled)?;

        let are_names = self.unknown_labels.is_none() && names == Labels::default();
        if !are_names {
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

impl<T: Display> Display for Listed<T> {
    /// Formats the total, then the first items: `3 (row …)`.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.total)?;
        for (index, item) in self.first.iter().enumerate() {
            let before = if index == 0 { " (row " } else { ", " };
            write!(formatter, "{before}{item}")?;
        }

        match self.total - self.first.len() as u64 {
            0 if self.first.is_empty() => Ok(()),
            0 => write!(formatter, ")"),
            more => write!(formatter, " and {more} more)"),
        }
    }
}

impl Display for Conflict {
    /// Formats as `17 Relevant / 210 Not Relevant`.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (index, row) in self.rows.iter().enumerate() {
            let before = if index == 0 { "" } else { " / " };
            write!(formatter, "{before}{row}")?;
        }
        Ok(())
    }
}

impl Display for RowLabel {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.row, self.label)
    }
}
