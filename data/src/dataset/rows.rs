//! Rows of a source with parsed labels.

use std::str::FromStr;

use relevance_pipeline::Labels;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::labels::label::Label;
use crate::dataset::labels::mapping::{LabelMapping, LabelOrigin, LabelsError, find_mapping};
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
    /// SHA-256, in hexadecimal, over labels, texts and further columns in order.
    ///
    /// Equal rows have an equal digest, whatever the format of their source.
    pub digest: String,
    /// The sentences, unchanged; at least one.
    pub texts: StringArena,
    /// The label of each sentence, none for a row without one: `[texts]`.
    pub labels: Vec<Option<Label>>,
    /// Names of the two classes, as the source spells them.
    pub label_names: Labels,
    /// Origin of the meaning of the label values.
    pub label_origin: LabelOrigin,
    /// Label values of the settings that no row has.
    pub absent_labels: Vec<String>,
    /// The source's further columns that its settings name, in their order.
    pub columns: Vec<DictionaryColumn>,
    /// Places of the rows in their files, for messages.
    pub places: Places,
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

    /// Returns the indices of the rows of the two classes, in order; `undecided` adds or leaves out
    /// those that a person could not decide on.
    #[must_use]
    pub fn decided(&self, undecided: Undecided) -> Vec<u32> {
        let is_decided = |&(_, &label): &(u32, &Option<Label>)| match label {
            Some(Label::CantDecide) => undecided == Undecided::NotRelevant,
            label => label.is_some(),
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

    /// Returns the number of rows with a label, or without one.
    #[must_use]
    pub fn count(&self, label: Option<Label>) -> usize {
        self.labels.iter().filter(|&&each| each == label).count()
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

        let LabelMapping {
            labels,
            names,
            origin,
            absent,
        } = self.find_mapping()?;
        let labels = self.label_codes.iter().map(|&code| labels[code as usize]);

        let mut dataset = Dataset {
            labels: labels.collect(),
            source: self.source,
            digest: String::new(),
            texts: self.texts,
            label_names: names,
            label_origin: origin,
            absent_labels: absent,
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

/// Returns the digest of labels, texts and columns.
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
    hex::encode(digest.finalize())
}
