//! One pass over a source that counts; texts are kept as hashes.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::slice;

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use super::lengths::LengthCounts;
use super::report::{
    Conflict, FileRows, LISTED, LabelCounts, Listed, Report, RowLabel, Rows, ValueCount,
};
use crate::dataset::labels::label::Label;
use crate::dataset::labels::mapping::{find_known, find_mapping};
use crate::dataset::labels::settings::LabelSettings;
use crate::dataset::labels::values::{LabelValues, canonical};
use crate::dataset::normalize::normalize;
use crate::error::DataError;
use crate::source::{MISSION_LABEL_COLUMNS, Row, Source, SourceSettings, open_all};

/// First half of a text's SHA-256.
type TextHash = [u8; 16];

/// Reads every row of the source and reports what is in it.
///
/// # Errors
///
/// The source's own, and those of the label settings; labels of unknown meaning and a source
/// without rows are findings.
pub fn check(source: &dyn Source, labels: &LabelSettings) -> Result<Report, DataError> {
    labels.validate()?;

    let mut scan = Scan::default();
    source.read(&mut |row| {
        scan.count(row);
        Ok(())
    })?;
    Ok(scan.finish(source.name(), labels))
}

/// Checks the source at `location`, as [`open`](crate::open) opens it.
///
/// It compares `choose_one` with `class_label` when the source has both and the settings name no
/// label column.
///
/// # Errors
///
/// When the location cannot be opened or read.
pub fn check_location(
    location: impl AsRef<OsStr>,
    settings: &SourceSettings,
    labels: &LabelSettings,
) -> Result<Report, DataError> {
    check_locations(slice::from_ref(&location), settings, labels)
}

/// As [`check_location`], for the rows of several locations.
///
/// # Errors
///
/// As [`check_location`].
pub fn check_locations(
    locations: &[impl AsRef<OsStr>],
    settings: &SourceSettings,
    labels: &LabelSettings,
) -> Result<Report, DataError> {
    // It stays open, since a stream can be opened again only meanwhile.
    let source = open_all(locations, settings)?;
    let mut report = check(source.as_ref(), labels)?;
    if settings.label_column.is_none() && report.rows > 0 {
        report.disagreements = compare_label_columns(locations, settings)?;
    }
    Ok(report)
}

/// Returns the rows with two different labels; none without both columns.
fn compare_label_columns(
    locations: &[impl AsRef<OsStr>],
    settings: &SourceSettings,
) -> Result<Option<Rows>, DataError> {
    let settings = SourceSettings {
        columns: MISSION_LABEL_COLUMNS.map(str::to_owned).to_vec(),
        ..settings.clone()
    };

    let mut disagreements = Rows::default();
    let read = open_all(locations, &settings).and_then(|source| {
        source.read(&mut |row| {
            let label = |index: usize| canonical(&row.columns[index]).parse::<Label>().ok();
            if label(0) != label(1) {
                disagreements.push(row.number);
            }
            Ok(())
        })
    });

    match read {
        Ok(()) => Ok(Some(disagreements)),
        // A text whose name does not say its kind is known by its columns.
        Err(DataError::Columns { .. } | DataError::UnknownKind { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[derive(Default)]
struct Scan {
    rows: u64,
    files: Vec<FileRows>,
    label_values: LabelValues,
    unlabelled: FxHashMap<u32, Rows>,
    empty_texts: Rows,
    duplicates: Rows,
    lengths: LengthCounts,
    /// Label value of a text's first row, and that row.
    texts: FxHashMap<TextHash, LabelledRow>,
    /// First rows of the further label values of texts that have several.
    contradicted: FxHashMap<TextHash, Vec<LabelledRow>>,
    normalized_texts: FxHashSet<TextHash>,
}

/// Row and the code of its label value.
#[derive(Clone, Copy)]
struct LabelledRow {
    row: u64,
    value: u32,
}

impl Scan {
    fn count(&mut self, row: Row<'_>) {
        self.rows += 1;
        self.count_file(&row);
        self.lengths.count(row.text);
        if row.text.trim().is_empty() {
            self.empty_texts.push(row.number);
        }

        let value = self.label_values.count(row.label, || row.place());
        if self.label_values.all()[value as usize].is_missing() {
            self.unlabelled.entry(value).or_default().push(row.number);
        }

        self.normalized_texts.insert(hash(&normalize(row.text)));
        let labelled = LabelledRow {
            row: row.number,
            value,
        };
        self.count_text(hash(row.text), labelled);
    }

    fn count_file(&mut self, row: &Row<'_>) {
        let Some(file) = row.file else {
            return;
        };
        match self.files.last_mut() {
            Some(last) if last.file == file => last.rows += 1,
            _ => self.files.push(FileRows {
                file: file.to_owned(),
                first_row: row.number,
                rows: 1,
            }),
        }
    }

    fn count_text(&mut self, text: TextHash, labelled: LabelledRow) {
        let texts_before = self.texts.len();
        let first = *self.texts.entry(text).or_insert(labelled);
        if self.texts.len() > texts_before {
            return;
        }

        self.duplicates.push(labelled.row);
        if first.value != labelled.value {
            let others = self.contradicted.entry(text).or_default();
            if others.iter().all(|other| other.value != labelled.value) {
                others.push(labelled);
            }
        }
    }

    fn finish(self, source: String, settings: &LabelSettings) -> Report {
        let values = self.label_values.all();
        let mapping = find_mapping(values, settings);
        let unknown_labels = mapping.as_ref().err().map(ToString::to_string);
        let (meanings, label_names) = match mapping {
            Ok(mapping) => (mapping.labels, Some(mapping.labelling.names)),
            Err(error) => (find_known(values, settings, &error), None),
        };

        let mut labels = LabelCounts::default();
        let mut unlabelled = Rows::default();
        let mut counts = Vec::with_capacity(values.len());
        for ((code, value), &label) in (0..).zip(values).zip(&meanings) {
            if let Some(label) = label {
                labels.add(label, value.rows);
            } else {
                unlabelled.append(self.unlabelled.get(&code));
            }
            counts.push(ValueCount {
                value: value.text.clone(),
                rows: value.rows,
                label,
            });
        }
        counts.sort_by_key(|count| Reverse(count.rows));
        counts.truncate(LISTED);

        Report {
            source,
            rows: self.rows,
            files: self.files,
            labels,
            label_names,
            label_value_count: values.len(),
            label_values: counts,
            unknown_labels,
            unlabelled,
            empty_texts: self.empty_texts,
            distinct_texts: self.texts.len() as u64,
            distinct_normalized_texts: self.normalized_texts.len() as u64,
            duplicates: self.duplicates,
            conflicts: conflicts(&self.texts, &self.contradicted, &meanings),
            lengths: self.lengths.summary(),
            disagreements: None,
        }
    }
}

/// Lists the texts with more than one label, in the order of their first rows.
fn conflicts(
    texts: &FxHashMap<TextHash, LabelledRow>,
    contradicted: &FxHashMap<TextHash, Vec<LabelledRow>>,
    meanings: &[Option<Label>],
) -> Listed<Conflict> {
    let conflict = |(text, others): (&TextHash, &Vec<LabelledRow>)| {
        let mut rows: Vec<RowLabel> = Vec::new();
        for &LabelledRow { row, value } in texts.get(text).into_iter().chain(others) {
            if let Some(label) = meanings[value as usize]
                && rows.iter().all(|other| other.label != label)
            {
                rows.push(RowLabel { row, label });
            }
        }
        (rows.len() > 1).then_some(Conflict { rows })
    };

    let mut conflicts: Vec<_> = contradicted.iter().filter_map(conflict).collect();
    conflicts.sort_unstable_by_key(|conflict| conflict.rows[0]);
    let mut listed = Listed::default();
    for conflict in conflicts {
        listed.push(conflict);
    }
    listed
}

fn hash(text: &str) -> TextHash {
    let digest: [u8; 32] = Sha256::digest(text).into();
    let mut first_half = TextHash::default();
    first_half.copy_from_slice(&digest[..16]);
    first_half
}
