//! One pass over a source that counts; texts are kept as hashes.

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use super::lengths::LengthCounts;
use super::report::{Conflict, LabelCounts, Listed, Report, RowLabel, Rows, UnknownLabel};
use crate::dataset::label::Label;
use crate::dataset::normalize::normalize;
use crate::error::DataError;
use crate::source::{LABEL_COLUMNS, Row, Source, SourceSettings, open};

/// First half of a text's SHA-256.
type TextHash = [u8; 16];

/// Reads every row of the source and reports what is in it.
///
/// # Errors
///
/// The source's own; unknown labels and a source without rows are findings.
pub fn check(source: &dyn Source) -> Result<Report, DataError> {
    let mut scan = Scan::default();
    source.read(&mut |row| {
        scan.count(row);
        Ok(())
    })?;
    Ok(scan.finish(source.name()))
}

/// Checks the source at `location`, as [`open`] opens it.
///
/// It compares `choose_one` with `class_label` when the source has both and the settings name no
/// label column.
///
/// # Errors
///
/// When the location cannot be opened or read.
pub fn check_location(location: &str, settings: &SourceSettings) -> Result<Report, DataError> {
    let mut report = check(open(location, settings)?.as_ref())?;
    if settings.label_column.is_none() {
        report.disagreements = compare_label_columns(location, settings)?;
    }
    Ok(report)
}

fn compare_label_columns(
    location: &str,
    settings: &SourceSettings,
) -> Result<Option<Rows>, DataError> {
    let [Some(first), Some(second)] = [
        read_labels(location, settings, LABEL_COLUMNS[0])?,
        read_labels(location, settings, LABEL_COLUMNS[1])?,
    ] else {
        return Ok(None);
    };

    let mut disagreements = Rows::default();
    for (number, (first, second)) in (1..).zip(first.into_iter().zip(second)) {
        if first != second {
            disagreements.push(number);
        }
    }
    Ok(Some(disagreements))
}

/// Reads the labels of one column, `None` for unknown ones; returns `None` without such a column.
fn read_labels(
    location: &str,
    settings: &SourceSettings,
    column: &str,
) -> Result<Option<Vec<Option<Label>>>, DataError> {
    let settings = SourceSettings {
        label_column: Some(column.to_owned()),
        ..settings.clone()
    };

    let mut labels = Vec::new();
    let read = open(location, &settings)?.read(&mut |row| {
        labels.push(row.label.parse().ok());
        Ok(())
    });

    match read {
        Ok(()) => Ok(Some(labels)),
        Err(DataError::MissingColumn { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[derive(Default)]
struct Scan {
    rows: u64,
    labels: LabelCounts,
    unknown_labels: Listed<UnknownLabel>,
    empty_texts: Rows,
    duplicates: Rows,
    lengths: LengthCounts,
    /// First row of each label of a text; 0 for none.
    texts: FxHashMap<TextHash, [u64; Label::ALL.len()]>,
    normalized_texts: FxHashSet<TextHash>,
}

impl Scan {
    fn count(&mut self, row: Row<'_>) {
        self.rows += 1;
        self.lengths.count(row.text);
        if row.text.trim().is_empty() {
            self.empty_texts.push(row.number);
        }

        self.normalized_texts.insert(hash(&normalize(row.text)));
        let texts_before = self.texts.len();
        let first_rows = self.texts.entry(hash(row.text)).or_default();
        if let Ok(label) = row.label.parse::<Label>() {
            self.labels.count(label);
            let first_row = &mut first_rows[usize::from(label.number())];
            if *first_row == 0 {
                *first_row = row.number;
            }
        } else {
            self.unknown_labels.push(UnknownLabel {
                row: row.number,
                value: row.label.to_owned(),
            });
        }

        if self.texts.len() == texts_before {
            self.duplicates.push(row.number);
        }
    }

    fn finish(self, source: String) -> Report {
        let mut conflicts: Vec<_> = self.texts.values().filter_map(conflict).collect();
        conflicts.sort_unstable_by_key(|conflict| conflict.rows[0]);
        let mut listed = Listed::default();
        for conflict in conflicts {
            listed.push(conflict);
        }

        Report {
            source,
            rows: self.rows,
            labels: self.labels,
            unknown_labels: self.unknown_labels,
            empty_texts: self.empty_texts,
            distinct_texts: self.texts.len() as u64,
            distinct_normalized_texts: self.normalized_texts.len() as u64,
            duplicates: self.duplicates,
            conflicts: listed,
            lengths: self.lengths.summary(),
            disagreements: None,
        }
    }
}

fn conflict(first_rows: &[u64; Label::ALL.len()]) -> Option<Conflict> {
    let mut rows: Vec<_> = Label::ALL
        .into_iter()
        .zip(first_rows)
        .filter(|&(_, &row)| row > 0)
        .map(|(label, &row)| RowLabel { row, label })
        .collect();

    rows.sort_unstable();
    (rows.len() > 1).then_some(Conflict { rows })
}

fn hash(text: &str) -> TextHash {
    let digest: [u8; 32] = Sha256::digest(text).into();
    let mut first_half = TextHash::default();
    first_half.copy_from_slice(&digest[..16]);
    first_half
}
