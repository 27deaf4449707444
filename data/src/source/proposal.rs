//! Flags with which a table can probably be read, when its columns or its encoding are not the usual
//! ones.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::slice;

use super::columns::{find_label, find_text};
use super::open::open_all;
use super::settings::SourceSettings;
use crate::dataset::labels::mapping::find_mapping;
use crate::dataset::labels::settings::LabelSettings;
use crate::dataset::labels::values::LabelValues;
use crate::error::DataError;
use crate::shell::shell_word;

/// Number of rows whose values are looked at.
const SAMPLE_ROWS: usize = 1000;
/// Number of rows in which another encoding is looked for.
const READ_ROWS: usize = 100_000;
/// Maximum number of columns of a table that is looked at.
const MAX_COLUMNS: usize = 100;
/// Maximum number of distinct values of a column that may hold labels.
const MAX_LABELS: usize = 20;
/// Maximum number of characters of a label.
const MAX_LABEL_CHARS: usize = 40;
/// Minimum mean number of characters of a column that may hold texts.
const MIN_TEXT_CHARS: usize = 10;

/// Adds to an error about the columns or the encoding of a table the flags with which it can
/// probably be read, guessed from its first rows; other errors stay as they are.
///
/// A stream can be read again only while the source that gave the error is open.
#[must_use]
pub fn with_proposal(
    mut error: DataError,
    locations: &[impl AsRef<OsStr>],
    settings: &SourceSettings,
) -> DataError {
    if let DataError::Columns { cause, .. } | DataError::Encoding { cause, .. } = &mut error
        && let Some(flags) = propose(locations, settings)
    {
        *cause = format!("{cause}; perhaps it is read with `{flags}`");
    }
    error
}

/// Returns the flags; none when no column has to be named.
fn propose(locations: &[impl AsRef<OsStr>], settings: &SourceSettings) -> Option<String> {
    let sample = Sample::read(locations, settings)?;
    let names: Vec<_> = sample.names.iter().map(String::as_str).collect();

    let text = find_text(&names, settings, "", "").ok();
    let label = find_label(&names, settings, "", "").ok();
    let new_text = text.is_none().then(|| sample.guess_text(label)).flatten();
    let new_label = label
        .is_none()
        .then(|| sample.guess_label(text.or(new_text)))
        .flatten();
    new_text.or(new_label)?;

    // A name that is one of the labels is a label of the first row.
    let has_header = new_label.is_none_or(|label| !sample.has_value_of_its_name(label));
    let name = |column: Option<usize>| {
        let column = column?;
        Some(if has_header {
            names[column].to_owned()
        } else {
            sample.numbers[column].to_string()
        })
    };
    let flags = [
        ("--encoding", sample.encoding.clone()),
        ("--text-column", name(new_text)),
        ("--label-column", name(new_label)),
    ];
    let flags = flags
        .into_iter()
        .filter_map(|(flag, value)| Some((flag, value?)));
    let words = flags.map(|(flag, value)| Some(format!("{flag} {}", shell_word(&value)?)));
    let no_header = (!has_header).then(|| Some("--no-header".to_owned()));
    // Without a value that can be typed the others would lead to the next error.
    let words: Option<Vec<_>> = no_header.into_iter().chain(words).collect();
    Some(words?.join(" "))
}

/// First rows of a table, with all columns.
struct Sample {
    /// Encoding that the settings do not name.
    encoding: Option<String>,
    /// Names of the columns, without those that are empty, there twice or no plain values.
    names: Vec<String>,
    /// Number of each of them in the table, from 1: `[names]`.
    numbers: Vec<usize>,
    /// The values of each column: `[names][rows]`.
    columns: Vec<Vec<String>>,
}

impl Sample {
    /// Reads the table again, with the encoding and the columns that its errors name; none when its
    /// columns are the usual ones.
    fn read(locations: &[impl AsRef<OsStr>], settings: &SourceSettings) -> Option<Self> {
        let mut trial = SourceSettings {
            columns: Vec::new(),
            ..settings.clone()
        };
        let existing = loop {
            match read_columns(locations, &trial) {
                Err(DataError::Encoding { guess, .. }) if trial.encoding.is_none() => {
                    trial.encoding = Some(guess);
                }
                Err(DataError::Columns { existing, .. }) => break existing,
                _ => return None,
            }
        };

        let mut names = usable_names(existing.clone());
        let mut columns = read_trial(&names, &mut trial, locations);
        if columns.is_none() {
            names.retain(|name| read_trial(slice::from_ref(name), &mut trial, locations).is_some());
            columns = read_trial(&names, &mut trial, locations);
        }
        let number = |name| existing.iter().position(|other| other == name);
        let numbers = names.iter().filter_map(|name| Some(number(name)? + 1));
        Some(Self {
            numbers: numbers.collect(),
            columns: columns?,
            encoding: trial.encoding.filter(|_| settings.encoding.is_none()),
            names,
        })
    }

    /// Returns whether the name of a column is one of its values.
    fn has_value_of_its_name(&self, column: usize) -> bool {
        let name = &self.names[column];
        self.columns[column].iter().any(|value| value == name)
    }

    /// Returns the one column whose values are most like labels.
    fn guess_label(&self, text: Option<usize>) -> Option<usize> {
        let is_other = |column: &usize| Some(*column) != text;
        let ranked = (0..self.names.len())
            .filter(is_other)
            .filter_map(|column| Some((LabelRank::of(&self.columns[column])?, column)));
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_unstable();

        match ranked[..] {
            [] => None,
            [(first, _), (second, _), ..] if first == second => None,
            [(_, column), ..] => Some(column),
        }
    }

    /// Returns the column with the longest sentences.
    fn guess_text(&self, label: Option<usize>) -> Option<usize> {
        let is_other = |column: &usize| Some(*column) != label;
        let lengths = (0..self.names.len())
            .filter(is_other)
            .map(|column| (mean_sentence_chars(&self.columns[column]), column));
        let (length, column) =
            lengths.max_by_key(|&(length, column)| (length, std::cmp::Reverse(column)))?;
        (length >= MIN_TEXT_CHARS).then_some(column)
    }
}

/// Returns the names without those that are empty, between single quotes, which are no part of them,
/// or there twice.
fn usable_names(mut existing: Vec<String>) -> Vec<String> {
    let mut known = HashSet::new();
    existing.truncate(MAX_COLUMNS);
    existing.retain(|name| {
        let is_quoted = name.starts_with('\'') && name.ends_with('\'');
        !name.is_empty() && !is_quoted && known.insert(name.to_ascii_lowercase())
    });
    existing
}

/// Reads the first values of the named columns, in the encoding that an error names if need be; none
/// when a column holds no plain values.
fn read_trial(
    names: &[String],
    trial: &mut SourceSettings,
    locations: &[impl AsRef<OsStr>],
) -> Option<Vec<Vec<String>>> {
    let first = names.first()?;
    trial.text_column = Some(first.clone());
    trial.label_column = Some(first.clone());
    trial.columns = names.to_vec();

    match read_columns(locations, trial) {
        Err(DataError::Encoding { guess, .. }) if trial.encoding.is_none() => {
            trial.encoding = Some(guess);
            read_columns(locations, trial).ok()
        }
        columns => columns.ok(),
    }
}

/// Reads the first values of the further columns of the settings: `[columns][rows]`.
fn read_columns(
    locations: &[impl AsRef<OsStr>],
    settings: &SourceSettings,
) -> Result<Vec<Vec<String>>, DataError> {
    let mut columns = vec![Vec::new(); settings.columns.len()];
    let mut rows = 0;
    let source = open_all(locations, settings)?;

    let read = source.read(&mut |row| {
        if rows == READ_ROWS {
            return Err(DataError::NoRows {
                file: String::new(),
            });
        }
        if rows < SAMPLE_ROWS {
            for (column, value) in columns.iter_mut().zip(row.columns) {
                column.push(value.clone().into_owned());
            }
        }
        rows += 1;
        Ok(())
    });
    match read {
        Err(_) if rows == READ_ROWS => Ok(columns),
        read => read.map(|()| columns),
    }
}

/// How much the values of a column are like labels, the most likely first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LabelRank {
    /// Names of labels, or a well-known pair.
    Known,
    /// Two values.
    Two,
    /// A few values that repeat.
    Few,
}

impl LabelRank {
    fn of(column: &[String]) -> Option<Self> {
        /// Minimum mean number of rows with each of more than two values.
        const MIN_ROWS: usize = 5;

        let mut values = LabelValues::default();
        for value in column {
            values.count(&value.to_lowercase(), String::new);
        }
        let texts: Vec<_> = values
            .all()
            .iter()
            .filter(|value| !value.is_missing())
            .map(|value| value.text.as_str())
            .collect();
        if texts
            .iter()
            .any(|text| text.chars().count() > MAX_LABEL_CHARS)
        {
            return None;
        }

        let is_known = || find_mapping(values.all(), &LabelSettings::default()).is_ok();
        match texts[..] {
            [] | [_] => None,
            _ if is_known() => Some(Self::Known),
            [_, _] if column.len() > 2 => Some(Self::Two),
            _ if texts.len() <= MAX_LABELS && column.len() >= MIN_ROWS * texts.len() => {
                Some(Self::Few)
            }
            _ => None,
        }
    }
}

/// Returns the mean number of characters, without those of values that are not sentences: one word
/// of ASCII, as a number, a name or an address.
fn mean_sentence_chars(column: &[String]) -> usize {
    let is_sentence =
        |text: &&String| text.trim().contains(char::is_whitespace) || !text.is_ascii();
    let chars = column
        .iter()
        .filter(is_sentence)
        .map(|text| text.chars().count());
    chars.sum::<usize>() / column.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str], repeats: usize) -> Vec<String> {
        values
            .iter()
            .map(|&value| value.to_owned())
            .cycle()
            .take(values.len() * repeats)
            .collect()
    }

    #[test]
    fn columns_are_ranked_by_their_likeness_to_labels() {
        for (values, repeats, want) in [
            (&["spam", "ham"][..], 1, Some(LabelRank::Known)),
            (&["1.0", "0.0", ""], 1, Some(LabelRank::Known)),
            (
                &["Relevant", "not relevant", "Can't decide"],
                1,
                Some(LabelRank::Known),
            ),
            (&["fr", "de"], 2, Some(LabelRank::Two)),
            (&["a", "b", "c"], 5, Some(LabelRank::Few)),
            (&["a", "b", "c"], 4, None),
            (&["only"], 9, None),
            (&["", "nan"], 9, None),
            (
                &["a", "a value that is much too long to be one of labels"],
                9,
                None,
            ),
        ] {
            assert_eq!(LabelRank::of(&column(values, repeats)), want, "{values:?}");
        }
    }

    #[test]
    fn addresses_and_numbers_are_no_sentences() {
        for (values, want) in [
            (&["https://example.org/a/long/address", "17"][..], 0),
            (&["two words", ""], 4),
            (&["洪水が町を襲った"], 8),
        ] {
            assert_eq!(mean_sentence_chars(&column(values, 1)), want, "{values:?}");
        }
    }
}
