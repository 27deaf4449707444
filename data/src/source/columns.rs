//! The columns of text and label among those that exist.

use super::settings::SourceSettings;
use crate::error::DataError;

/// Positions of the two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub text: usize,
    pub label: usize,
}

impl Columns {
    /// Finds the columns that the settings name; the case of ASCII letters matters only between two that
    /// differ in nothing else.
    ///
    /// `place` says where in `file` the columns are named.
    pub fn find(existing: &[&str], settings: &SourceSettings, file: &str, place: &str) -> Result<Self, DataError> {
        Ok(Self {
            text: find(existing, &[&settings.text_column])
                .ok_or_else(|| missing(existing, "text", &[&settings.text_column], file, place))?,
            label: find(existing, &settings.label_columns())
                .ok_or_else(|| missing(existing, "label", &settings.label_columns(), file, place))?,
        })
    }
}

fn find(existing: &[&str], wanted: &[&str]) -> Option<usize> {
    wanted.iter().find_map(|wanted| {
        let exact = existing.iter().position(|column| column == wanted);
        exact.or_else(|| existing.iter().position(|column| column.eq_ignore_ascii_case(wanted)))
    })
}

/// The error for a column that is not there.
pub(super) fn missing(existing: &[&str], role: &str, wanted: &[&str], file: &str, place: &str) -> DataError {
    DataError::MissingColumn {
        file: file.to_owned(),
        place: place.to_owned(),
        column: format!("{role} column {}", quoted(wanted, " or ")),
        existing: listed(existing),
    }
}

/// Names in backticks, separated by commas; `none` when there are none.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    quoted(names, ", ")
}

fn quoted(names: &[&str], separator: &str) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
    names.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_column_is_the_named_one_else_choose_one_else_class_label() {
        let named = SourceSettings { label_column: Some("verdict".to_owned()), ..SourceSettings::default() };
        let usual = SourceSettings::default();
        for (existing, settings, want) in [
            (vec!["text", "class_label", "choose_one"], &usual, Some(2)),
            (vec!["text", "class_label"], &usual, Some(1)),
            (vec!["text", "Choose_One"], &usual, Some(1)),
            (vec!["text", "CLASS_LABEL", "class_label"], &usual, Some(2)),
            (vec!["choose_one", "verdict", "text"], &named, Some(1)),
            (vec!["text", "choose_one"], &named, None),
        ] {
            let got = Columns::find(&existing, settings, "a.csv", "line 1").ok();
            assert_eq!(got.map(|columns| columns.label), want, "{existing:?}");
        }
    }

    #[test]
    fn missing_column_names_those_that_exist() {
        let message =
            Columns::find(&["a", "b"], &SourceSettings::default(), "a.csv", "line 1").unwrap_err().to_string();
        assert_eq!(message, "`a.csv`, line 1: no text column `text`; there is `a`, `b`");
    }
}
