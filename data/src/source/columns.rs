//! Lookup of the text, label and further columns by name.

use super::settings::SourceSettings;
use crate::error::DataError;

/// Indices of the columns that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub text: usize,
    pub label: usize,
    /// Indices of [`SourceSettings::columns`], in that order.
    pub further: Vec<usize>,
}

impl Columns {
    /// Finds the columns that the settings name, regardless of ASCII case unless two names differ
    /// in nothing else.
    ///
    /// `location` is the table or line of `file` with the columns' names, for messages.
    pub fn find(
        existing: &[&str],
        settings: &SourceSettings,
        file: &str,
        location: &str,
    ) -> Result<Self, DataError> {
        let index = |role, wanted: &[&str]| {
            find(existing, wanted).ok_or_else(|| missing(existing, role, wanted, file, location))
        };

        Ok(Self {
            text: index("text", &[&settings.text_column])?,
            label: index("label", &settings.label_columns())?,
            further: settings
                .columns
                .iter()
                .map(|column| index("further", &[column]))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Returns the indices in the order text, label, further columns.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        [self.text, self.label]
            .into_iter()
            .chain(self.further.iter().copied())
    }
}

/// Names a value in messages by its index in the order text, label, further columns.
pub(super) fn role(index: usize, settings: &SourceSettings) -> String {
    match index {
        0 => "text".to_owned(),
        1 => "label".to_owned(),
        _ => format!("column {}", quoted(&[&settings.columns[index - 2]], "")),
    }
}

fn find(existing: &[&str], wanted: &[&str]) -> Option<usize> {
    wanted.iter().find_map(|wanted| {
        let exact = existing.iter().position(|column| column == wanted);
        exact.or_else(|| {
            existing
                .iter()
                .position(|column| column.eq_ignore_ascii_case(wanted))
        })
    })
}

fn missing(
    existing: &[&str],
    role: &str,
    wanted: &[&str],
    file: &str,
    location: &str,
) -> DataError {
    DataError::MissingColumn {
        file: file.to_owned(),
        location: location.to_owned(),
        column: format!("{role} column {}", quoted(wanted, " or ")),
        existing: listed(existing),
    }
}

/// Formats names in backticks, separated by commas; `none` without names.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    quoted(names, ", ")
}

fn quoted(names: &[&str], separator: &str) -> String {
    let names: Vec<_> = names
        .iter()
        .map(|name| format!("`{}`", name.escape_debug()))
        .collect();
    names.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_column_is_the_named_one_else_choose_one_else_class_label() {
        let named = SourceSettings {
            label_column: Some("decision".to_owned()),
            ..SourceSettings::default()
        };
        let usual = SourceSettings::default();

        for (existing, settings, want) in [
            (vec!["text", "class_label", "choose_one"], &usual, Some(2)),
            (vec!["text", "class_label"], &usual, Some(1)),
            (vec!["text", "Choose_One"], &usual, Some(1)),
            (vec!["text", "CLASS_LABEL", "class_label"], &usual, Some(2)),
            (vec!["choose_one", "decision", "text"], &named, Some(1)),
            (vec!["text", "choose_one"], &named, None),
        ] {
            let got = Columns::find(&existing, settings, "a.csv", "line 1").ok();
            assert_eq!(got.map(|columns| columns.label), want, "{existing:?}");
        }
    }

    #[test]
    fn further_columns_are_in_the_order_of_the_settings() {
        let columns = ["When", "text", "user"].map(str::to_owned).to_vec();
        let settings = SourceSettings {
            columns,
            ..SourceSettings::default()
        };
        let found = Columns::find(
            &["user", "label", "choose_one", "text", "when"],
            &settings,
            "a.csv",
            "line 1",
        )
        .unwrap();

        assert_eq!(found.further, [4, 3, 0]);
        assert_eq!(found.indices().collect::<Vec<_>>(), [3, 2, 4, 3, 0]);

        let message = Columns::find(&["text", "choose_one"], &settings, "a.csv", "line 1")
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "`a.csv`, line 1: no further column `When`; there is `text`, `choose_one`"
        );
    }

    #[test]
    fn missing_column_names_those_that_exist() {
        let message = Columns::find(&["a", "b"], &SourceSettings::default(), "a.csv", "line 1")
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "`a.csv`, line 1: no text column `text`; there is `a`, `b`"
        );
    }
}
