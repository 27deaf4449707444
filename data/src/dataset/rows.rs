//! Rows of a source with parsed labels.

use std::fmt;
use std::str::FromStr;

use relevance_pipeline::Labels;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::labels::error::LabelsError;
use crate::dataset::labels::label::Label;
use crate::dataset::labels::mapping::{LabelMapping, Labelling, find_mapping};
use crate::dataset::labels::settings::{LabelSettings, Unlabelled};
use crate::dataset::labels::values::{LabelValues, MAX_VALUES};
use crate::dataset::places::Places;
use crate::dataset::string_arena::StringArena;
use crate::error::DataError;
use crate::source::{Row, Source};

/// Every row of a source, in the source's order; row number n has index n - 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// The source's name.
    pub source: String,
    /// SHA-256, in hexadecimal, over labels, texts, further columns and names of the classes.
    ///
    /// Equal rows have an equal digest, whatever the format of their source.
    pub digest: String,
    /// The sentences, unchanged; at least one.
    pub texts: StringArena,
    /// The label of each sentence, none for a row without one: `[texts]`.
    pub labels: Vec<Option<Label>>,
    /// Names of the two classes, and the values that mean them.
    pub labelling: Labelling,
    /// The source's further columns that its settings name, in their order.
    pub columns: Vec<DictionaryColumn>,
    /// Places of the rows in their files, for messages.
    pub places: Places,
}

/// Rows that are left out of training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Rows labelled [`Label::CantDecide`].
    pub undecided: usize,
    /// Rows without a label.
    pub unlabelled: usize,
    /// Rows with a label whose text is empty or whitespace.
    pub empty: usize,
}

impl LeftOut {
    /// Returns the number of all rows that are left out.
    #[must_use]
    pub const fn rows(self) -> usize {
        self.undecided + self.unlabelled + self.empty
    }
}

impl fmt::Display for LeftOut {
    /// Formats as `5 undecided, 2 without a label`; `none` without rows.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.undecided, "undecided"),
            (self.unlabelled, "without a label"),
            (self.empty, "with an empty text"),
        ];
        let counts: Vec<_> = kinds
            .iter()
            .filter(|(rows, _)| *rows > 0)
            .map(|(rows, kind)| format!("{rows} {kind}"))
            .collect();

        if counts.is_empty() {
            return formatter.write_str("none");
        }
        formatter.write_str(&counts.join(", "))
    }
}

/// How to treat rows whose label is [`Label::CantDecide`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undecided {
    /// Leave them out.
    #[default]
    LeaveOut,
    /// Count them as not relevant.
    NotRelevant,
}

/// Error of parsing an [`Undecided`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown choice `{value}`; accepted are `leave-out` and `not-relevant`")]
pub struct ParseUndecidedError {
    value: String,
}

impl FromStr for Undecided {
    type Err = ParseUndecidedError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        match value {
            "leave-out" => Ok(Self::LeaveOut),
            "not-relevant" => Ok(Self::NotRelevant),
            _ => Err(ParseUndecidedError {
                value: value.to_owned(),
            }),
        }
    }
}

impl Dataset {
    /// Reads every row of the source, with the meaning of its labels by the settings.
    ///
    /// # Errors
    ///
    /// The source's own; [`DataError::Labels`] when the meaning of a label is not known or a row
    /// has none and the settings refuse that; [`DataError::TooManyRows`]; [`DataError::NoRows`].
    pub fn read(source: &dyn Source, labels: &LabelSettings) -> Result<Self, DataError> {
        Self::read_with(source, labels, |_| {})
    }

    /// Reads every row of the source and calls `progress` with the number of each.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_with(
        source: &dyn Source,
        labels: &LabelSettings,
        mut progress: impl FnMut(u64),
    ) -> Result<Self, DataError> {
        labels.validate()?;
        let mut rows = Rows::new(source.name(), labels);
        source.read(&mut |row| {
            let number = row.number;
            rows.push(row)?;
            progress(number);
            Ok(())
        })?;

        rows.finish()
    }

    /// Returns the indices of the rows of the two classes that have a text, in order; `undecided`
    /// adds or leaves out those that a person could not decide on.
    #[must_use]
    pub fn decided(&self, undecided: Undecided) -> Vec<u32> {
        let is_decided = |&(row, &label): &(u32, &Option<Label>)| match label {
            None => false,
            Some(Label::CantDecide) if undecided == Undecided::LeaveOut => false,
            Some(_) => !self.is_empty_text(row),
        };

        (0..)
            .zip(&self.labels)
            .filter(is_decided)
            .map(|(row, _)| row)
            .collect()
    }

    /// Returns the sentence of a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn text(&self, row: u32) -> &str {
        &self.texts[row as usize]
    }

    /// Returns whether a row is labelled [`Label::Relevant`].
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn is_relevant(&self, row: u32) -> bool {
        self.labels[row as usize] == Some(Label::Relevant)
    }

    /// Returns the name of one of the two classes, or of undecided rows.
    #[must_use]
    pub fn class_name(&self, label: Label) -> &str {
        match label {
            Label::Relevant => &self.labelling.names.relevant,
            Label::NotRelevant => &self.labelling.names.not_relevant,
            Label::CantDecide => label.as_str(),
        }
    }

    /// Returns whether the text of a row is empty or whitespace.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn is_empty_text(&self, row: u32) -> bool {
        self.text(row).trim().is_empty()
    }

    /// Counts the rows that [`decided`](Self::decided) leaves out.
    #[must_use]
    pub fn left_out(&self, undecided: Undecided) -> LeftOut {
        let mut left_out = LeftOut::default();
        for (row, label) in (0..).zip(&self.labels) {
            match label {
                None => left_out.unlabelled += 1,
                Some(Label::CantDecide) if undecided == Undecided::LeaveOut => {
                    left_out.undecided += 1;
                }
                Some(_) if self.is_empty_text(row) => left_out.empty += 1,
                Some(_) => {}
            }
        }
        left_out
    }

    /// Describes the place of a row in its file: `line 12`, or `row 12` of a source without lines.
    #[must_use]
    pub fn place(&self, row: u32) -> String {
        self.places.describe(row)
    }
}

/// The rows read so far.
struct Rows<'s> {
    source: String,
    settings: &'s LabelSettings,
    texts: StringArena,
    label_values: LabelValues,
    /// Code of each row's label value.
    label_codes: Vec<u32>,
    columns: Vec<DictionaryColumn>,
    places: Places,
}

impl<'s> Rows<'s> {
    fn new(source: String, settings: &'s LabelSettings) -> Self {
        Self {
            source,
            settings,
            texts: StringArena::default(),
            label_values: LabelValues::default(),
            label_codes: Vec::new(),
            columns: Vec::new(),
            places: Places::default(),
        }
    }

    fn push(&mut self, row: Row<'_>) -> Result<(), DataError> {
        if row.number > u64::from(u32::MAX) {
            return Err(DataError::TooManyRows {
                file: self.source.clone(),
            });
        }

        self.label_codes
            .push(self.label_values.count(row.label, || row.place()));
        let values = self.label_values.all();
        if values.len() > MAX_VALUES && !self.settings.has_any_other() {
            return Err(self.labels_error(LabelsError::too_many(values)));
        }

        self.columns
            .resize_with(row.columns.len(), DictionaryColumn::default);
        for (column, value) in self.columns.iter_mut().zip(row.columns) {
            column.push(value);
        }
        self.texts.push(row.text);
        self.places.push(&row);
        Ok(())
    }

    fn finish(self) -> Result<Dataset, DataError> {
        if self.texts.is_empty() {
            return Err(DataError::NoRows { file: self.source });
        }

        let LabelMapping { labels, labelling } = self.find_mapping()?;
        let labels = self.label_codes.iter().map(|&code| labels[code as usize]);

        let mut dataset = Dataset {
            labels: labels.collect(),
            source: self.source,
            digest: String::new(),
            texts: self.texts,
            labelling,
            columns: self.columns,
            places: self.places,
        };
        dataset.digest = digest(&dataset);
        Ok(dataset)
    }

    fn find_mapping(&self) -> Result<LabelMapping, DataError> {
        let values = self.label_values.all();
        let mapping =
            find_mapping(values, self.settings).map_err(|error| self.labels_error(error))?;

        let unlabelled = values.iter().zip(&mapping.labels);
        let unlabelled: Vec<_> = unlabelled
            .filter(|(_, label)| label.is_none())
            .map(|(value, _)| value.clone())
            .collect();
        if self.settings.unlabelled == Unlabelled::Refuse && !unlabelled.is_empty() {
            return Err(self.labels_error(LabelsError::unlabelled(unlabelled)));
        }
        Ok(mapping)
    }

    fn labels_error(&self, labels: LabelsError) -> DataError {
        DataError::Labels {
            file: self.source.clone(),
            labels,
        }
    }
}

/// Returns the digest of labels, texts and columns, and of names of the classes that are not the usual
/// ones.
///
/// Each value has its length before it, so that no two data sets hash the same bytes.
fn digest(dataset: &Dataset) -> String {
    /// Stands for the number of a label in a row without one.
    const NO_LABEL: u8 = u8::MAX;

    let mut digest = Sha256::new();
    let hash = |digest: &mut Sha256, value: &str| {
        digest.update((value.len() as u64).to_le_bytes());
        digest.update(value.as_bytes());
    };
    for (row, (text, label)) in (0..).zip(dataset.texts.iter().zip(&dataset.labels)) {
        digest.update([label.map_or(NO_LABEL, Label::number)]);
        hash(&mut digest, text);
        for column in &dataset.columns {
            hash(&mut digest, column.value(row));
        }
    }
    let names = &dataset.labelling.names;
    if *names != Labels::default() {
        hash(&mut digest, &names.relevant);
        hash(&mut digest, &names.not_relevant);
    }
    hex::encode(digest.finalize())
}
