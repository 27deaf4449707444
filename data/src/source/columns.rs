//! Lookup of the text, label and further columns by name.

use super::settings::SourceSettings;
use crate::error::DataError;
use crate::excerpt::excerpt;

/// Columns with the label in the tables of the archive, the first one first.
#[cfg(feature = "dataset")]
pub(crate) const MISSION_LABEL_COLUMNS: [&str; 2] = ["choose_one", "class_label"];

/// Column that has one role, and its names.
struct Wanted<'w> {
    /// Role in messages: `text`, `label` or `further`.
    role: &'static str,
    /// Names in the order in which they are tried.
    first: &'w [&'w str],
    /// Names that are tried next; a table with two of them is ambiguous.
    others: &'w [&'w str],
    /// Flag that names the column, if it is always the same.
    flag: Option<&'static str>,
}

/// The sentence's column, unless the settings name one.
const TEXT: Wanted<'static> = Wanted {
    role: "text",
    first: &["text"],
    others: &["sentence", "message", "review", "comment", "content"],
    flag: Some("--text-column"),
};

/// The label's column, unless the settings name one.
#[cfg(feature = "dataset")]
const LABEL: Wanted<'static> = Wanted {
    role: "label",
    first: &MISSION_LABEL_COLUMNS,
    others: &["label", "target", "class"],
    flag: Some("--label-column"),
};

/// Finds the column of the texts that the settings name, or the one of the usual names, as
/// a source does.
///
/// `location` is the table or line of `file` with the columns' names, for messages.
///
/// # Errors
///
/// [`DataError::Columns`] when it is missing, there twice or ambiguous.
pub fn find_text(
    existing: &[&str],
    settings: &SourceSettings,
    file: &str,
    location: &str,
) -> Result<usize, DataError> {
    let name = settings.text_column.as_deref();
    TEXT.named(name.as_slice()).locate(existing, file, location)
}

/// Finds the column of the label as [`find_text`] finds that of the text.
#[cfg(feature = "dataset")]
pub(super) fn find_label(
    existing: &[&str],
    settings: &SourceSettings,
    file: &str,
    location: &str,
) -> Result<usize, DataError> {
    wanted(1, settings, |wanted| {
        wanted.locate(existing, file, location)
    })
}

/// Finds a column that is kept beside the predictions, by its name.
///
/// # Errors
///
/// [`DataError::Columns`] when it is missing or there twice.
pub fn find_kept(
    existing: &[&str],
    name: &str,
    file: &str,
    location: &str,
) -> Result<usize, DataError> {
    let kept = Wanted {
        role: "kept",
        first: &[name],
        others: &[],
        flag: Some("--keep"),
    };
    kept.locate(existing, file, location)
}

/// Indices of the columns that are read.
#[cfg(feature = "dataset")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub text: usize,
    pub label: usize,
    /// Indices of [`SourceSettings::columns`], in that order.
    pub further: Vec<usize>,
}

#[cfg(feature = "dataset")]
impl Columns {
    /// Finds the columns that the settings name, or those of the usual names, regardless of ASCII
    /// case unless two names differ in nothing else.
    ///
    /// `location` is the table or line of `file` with the columns' names, for messages.
    pub fn find(
        existing: &[&str],
        settings: &SourceSettings,
        file: &str,
        location: &str,
    ) -> Result<Self, DataError> {
        let locate = |index| {
            wanted(index, settings, |wanted| {
                wanted.locate(existing, file, location)
            })
        };
        let further = (2..).take(settings.columns.len());
        Ok(Self {
            text: locate(0)?,
            label: locate(1)?,
            further: further.map(locate).collect::<Result<_, _>>()?,
        })
    }

    /// Finds a column by its index in the order text, label, further columns; none when it is missing,
    /// and a description of what is ambiguous as error.
    ///
    /// With a name that the column has elsewhere, other names of its kind are not taken for it.
    pub fn find_one(
        index: usize,
        existing: &[&str],
        settings: &SourceSettings,
        elsewhere: Option<&str>,
    ) -> Result<Option<usize>, String> {
        wanted(index, settings, |wanted| match elsewhere {
            None => wanted.find(existing),
            Some(name) => Wanted {
                others: &[name],
                ..*wanted
            }
            .find(existing),
        })
    }

    /// Returns the error of a column that is missing, by its index in the order text, label, further
    /// columns; the others are as for [`find`](Self::find).
    pub fn missing(
        index: usize,
        existing: &[&str],
        settings: &SourceSettings,
        file: &str,
        location: &str,
    ) -> DataError {
        let cause = wanted(index, settings, |wanted| wanted.missing(existing));
        DataError::columns(existing, file, location, cause)
    }

    /// Returns the indices in the order text, label, further columns.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        [self.text, self.label]
            .into_iter()
            .chain(self.further.iter().copied())
    }
}

/// Calls `use_it` with the column of this index in the order text, label, further columns.
#[cfg(feature = "dataset")]
fn wanted<R>(index: usize, settings: &SourceSettings, use_it: impl FnOnce(&Wanted<'_>) -> R) -> R {
    let (text, label) = (
        settings.text_column.as_deref(),
        settings.label_column.as_deref(),
    );
    match index {
        0 => use_it(&TEXT.named(text.as_slice())),
        1 => use_it(&LABEL.named(label.as_slice())),
        _ => use_it(&Wanted::further(&[&settings.columns[index - 2]])),
    }
}

impl DataError {
    /// Returns the error of a column that is missing or ambiguous among those of a file, at a place of it.
    pub(super) fn columns(existing: &[&str], file: &str, location: &str, cause: String) -> Self {
        Self::Columns {
            file: file.to_owned(),
            location: location.to_owned(),
            cause,
            existing: existing.iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

impl<'w> Wanted<'w> {
    #[cfg(feature = "dataset")]
    const fn further(name: &'w [&'w str]) -> Self {
        Self {
            role: "further",
            first: name,
            others: &[],
            flag: None,
        }
    }

    /// Returns the column with the given name alone, or itself without a name.
    const fn named(&'w self, name: &'w [&'w str]) -> Self {
        let (first, others) = match name {
            [] => (self.first, self.others),
            name => (name, [].as_slice()),
        };
        Self {
            first,
            others,
            ..*self
        }
    }

    fn locate(&self, existing: &[&str], file: &str, location: &str) -> Result<usize, DataError> {
        let found = self.find(existing);
        let found = found.and_then(|found| found.ok_or_else(|| self.missing(existing)));
        found.map_err(|cause| DataError::columns(existing, file, location, cause))
    }

    /// Finds the column, none when it is missing; the error describes what is ambiguous.
    fn find(&self, existing: &[&str]) -> Result<Option<usize>, String> {
        if let Some(found) = self.first.iter().find_map(|name| find(existing, name)) {
            return found.map(Some);
        }

        let found: Vec<_> = self
            .others
            .iter()
            .filter_map(|name| find(existing, name))
            .collect::<Result<_, _>>()?;
        match found[..] {
            [column] => Ok(Some(column)),
            [] => Ok(None),
            _ => {
                let names: Vec<_> = found.iter().map(|&column| existing[column]).collect();
                Err(format!(
                    "{} can each be the {} column: choose one{}",
                    quoted(&names, " and "),
                    self.role,
                    self.with_flag()
                ))
            }
        }
    }

    fn missing(&self, existing: &[&str]) -> String {
        let names: Vec<_> = self.first.iter().chain(self.others).copied().collect();
        let is_in_list = matches!(self.role, "kept" | "further");
        let advice = if is_in_list && existing.iter().any(|name| name.contains(',')) {
            ", in a list a name that has a comma between double quotes"
        } else {
            ""
        };
        let column = match self.role {
            "further" => "column".to_owned(),
            role => format!("{role} column"),
        };
        format!(
            "no {column} {}; there is {}: name the column{}{advice}",
            quoted(&names, " or "),
            listed(existing),
            self.with_flag()
        )
    }

    fn with_flag(&self) -> String {
        self.flag.map_or_else(
            || " as it is there".to_owned(),
            |flag| format!(" with `{flag}`"),
        )
    }
}

/// Finds a column by its exact name, else regardless of ASCII case; none when there is none, and an
/// error when there are two.
fn find(existing: &[&str], name: &str) -> Option<Result<usize, String>> {
    let position = |is_same: &dyn Fn(&str) -> bool| {
        let mut found = (0..existing.len()).filter(|&column| is_same(existing[column]));
        let first = found.next()?;
        Some(match found.next() {
            None => Ok(first),
            Some(_) => Err(format!(
                "the column {} is there twice: rename one of the two",
                quoted(&[existing[first]], "")
            )),
        })
    };

    position(&|column| column == name)
        .or_else(|| position(&|column| column.eq_ignore_ascii_case(name)))
}

/// Names a value in messages by its index in the order text, label, further columns.
#[cfg(feature = "dataset")]
pub(super) fn role(index: usize, settings: &SourceSettings) -> String {
    match index {
        0 => "text".to_owned(),
        1 => "label".to_owned(),
        _ => format!("column {}", excerpt(&settings.columns[index - 2])),
    }
}

/// Maximum number of names in a list of a message.
const LISTED: usize = 20;

/// Formats names in backticks, separated by commas, the first 20; `none` without names.
pub(super) fn listed(names: &[&str]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        1..=LISTED => quoted(names, ", "),
        number => format!(
            "{} and {} more",
            quoted(&names[..LISTED], ", "),
            number - LISTED
        ),
    }
}

/// Formats names in backticks, the first characters of long ones.
fn quoted(names: &[&str], separator: &str) -> String {
    let names: Vec<_> = names.iter().map(|name| excerpt(name)).collect();
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
            "`a.csv`, line 1: no column `When`; there is `text`, `choose_one`: name the \
             column as it is there"
        );
    }

    #[test]
    fn usual_names_are_found_without_settings() {
        for (existing, want) in [
            (vec!["Sentence", "LABEL"], Ok((0, 1))),
            (vec!["target", "review", "text"], Ok((2, 0))),
            (vec!["label", "class_label", "content"], Ok((2, 1))),
            (
                vec!["message", "comment", "class"],
                Err(
                    "`message` and `comment` can each be the text column: choose one with `--text-column`",
                ),
            ),
            (
                vec!["text", "class", "target"],
                Err(
                    "`target` and `class` can each be the label column: choose one with `--label-column`",
                ),
            ),
            (
                vec!["text", "text", "class"],
                Err("the column `text` is there twice: rename one of the two"),
            ),
            (
                vec!["a", "b"],
                Err(
                    "no text column `text` or `sentence` or `message` or `review` or `comment` or \
                     `content`; there is `a`, `b`: name the column with `--text-column`",
                ),
            ),
        ] {
            let found = Columns::find(&existing, &SourceSettings::default(), "a.csv", "line 1");
            let got = found
                .map(|columns| (columns.text, columns.label))
                .map_err(|error| error.to_string());
            let want = want.map_err(|cause| format!("`a.csv`, line 1: {cause}"));
            assert_eq!(got, want, "{existing:?}");
        }
    }

    #[test]
    fn long_lists_of_columns_are_cut() {
        let names: Vec<_> = (0..1000).map(|number| format!("column{number}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let message = Columns::find(&names, &SourceSettings::default(), "a.csv", "line 1")
            .unwrap_err()
            .to_string();
        assert!(message.contains("`column19` and 980 more"), "{message}");
        assert!(message.len() < 600, "{message}");
    }
}
