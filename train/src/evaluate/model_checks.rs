//! Model checks: invariance to case and whitespace, the direction of added words, and sentences
//! with required labels.

use std::path::{Path, PathBuf};

use relevance_data::{
    DataError, Dataset, Label, LabelOrigin, LabelSettings, Labelling, LabelsError, Source, excerpt,
};
use relevance_pipeline::{Labels, Prediction};
use serde::{Deserialize, Serialize};

use crate::fit::settings::Analyzer;

/// Most texts that the invariance is checked on.
const MAX_INVARIANCE_TEXTS: usize = 500;
/// Most failures of a check that are kept with their texts.
const MAX_FAILURES: usize = 20;
/// Maximum number of labels in a message.
const MAX_LABELS: usize = 10;

/// Checks that a model must pass to be published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelChecks {
    /// Whether case must not change the probability of ASCII texts, nor outer whitespace and
    /// repeated spaces unless the model has character n-grams, in which spaces count.
    pub invariance: bool,
    /// Words that must move the probability in one direction.
    pub direction: Vec<Direction>,
    /// File of sentences whose labels must be predicted: CSV or JSON lines with `text` and
    /// `choose_one` or `class_label`.
    pub must_pass: Option<PathBuf>,
}

/// Words that, added at the end of a text, must move its probability in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// The text.
    pub text: String,
    /// Words that are added to it, after a space.
    pub add: String,
    /// Label that must become more probable.
    pub toward: ExpectedLabel,
}

/// A class, by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExpectedLabel {
    /// The text is about the subject.
    Relevant,
    /// The text is not about the subject.
    #[serde(rename = "Not Relevant")]
    NotRelevant,
}

/// Outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// Name of the check.
    pub name: String,
    /// Number of checked texts.
    pub checked: usize,
    /// Number of texts that failed.
    pub failed: usize,
    /// The first failures, at most 20.
    pub failures: Vec<CheckFailure>,
}

/// A text that failed a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckFailure {
    /// The text that the model predicted.
    pub text: String,
    /// Required result.
    pub expected: String,
    /// Result of the model.
    pub got: String,
}

/// Failure to run the checks.
#[derive(Debug, thiserror::Error)]
pub enum ModelCheckError {
    /// A direction without words to add.
    #[error(
        "`model_checks.direction`, entry {number}: `add` is empty; give the words that are added \
         to `text`"
    )]
    NothingAdded {
        /// Number of the entry, from 1.
        number: usize,
    },
    /// The settings name a file of sentences, and this build reads no files.
    #[cfg(not(feature = "files"))]
    #[error("`model_checks.must_pass` names `{}`, and this build reads no files", file.display())]
    NoFiles {
        /// The file.
        file: PathBuf,
    },
    /// The file of sentences cannot be read.
    #[error(
        "the sentences of `--must-pass` (`model_checks.must_pass`) cannot be read, for which the flags of \
         the data have no meaning: a usual file has the columns `text` and `label`, in CSV with commas \
         or JSON lines"
    )]
    MustPass(#[source] DataError),
    /// Sentences have labels that the training data does not have.
    #[error(
        "`model_checks.must_pass` (`--must-pass`): `{file}` has {}; the labels of the data are {known}: \
         mend the file",
        unknown_labels(labels)
    )]
    UnknownLabels {
        /// The file.
        file: String,
        /// The labels.
        labels: LabelsError,
        /// List of the labels of the training data.
        known: String,
    },
    /// A sentence that is labelled "Can't Decide" or not at all.
    #[error(
        "`model_checks.must_pass`: {place} of `{file}` is undecided or has no label; give it the \
         label that the model must predict"
    )]
    Undecided {
        /// The file.
        file: String,
        /// Line or number of the row in it, from 1.
        place: String,
    },
}

impl ModelCheckError {
    /// Returns the error without values of the file of sentences.
    #[must_use]
    pub(crate) fn redacted(self) -> Self {
        match self {
            Self::MustPass(error) => Self::MustPass(error.redacted()),
            Self::UnknownLabels {
                file,
                labels,
                known,
            } => Self::UnknownLabels {
                file,
                labels: labels.redacted(),
                known,
            },
            error => error,
        }
    }
}

impl Default for ModelChecks {
    fn default() -> Self {
        Self {
            invariance: true,
            direction: Vec::new(),
            must_pass: None,
        }
    }
}

impl ModelChecks {
    /// Checks the settings themselves.
    ///
    /// # Errors
    /// [`ModelCheckError::NothingAdded`] for the first direction that adds nothing but whitespace.
    pub fn validate(&self) -> Result<(), ModelCheckError> {
        match self
            .direction
            .iter()
            .position(|direction| direction.add.trim().is_empty())
        {
            Some(index) => Err(ModelCheckError::NothingAdded { number: index + 1 }),
            None => Ok(()),
        }
    }

    /// Runs the checks with the predictions of `predict` by a model of `analyzer`, the invariance on
    /// a sample of `texts`; returns an outcome a check.
    ///
    /// # Errors
    /// Those of [`validate`](Self::validate), and when the file of sentences cannot be read or has
    /// a row that is labelled "Can't Decide".
    pub fn run(
        &self,
        texts: &[&str],
        labelling: &Labelling,
        analyzer: Analyzer,
        mut predict: impl FnMut(&str) -> Prediction,
    ) -> Result<Vec<CheckOutcome>, ModelCheckError> {
        self.validate()?;

        let mut outcomes = Vec::new();
        if self.invariance {
            let changes = if analyzer.has_characters() {
                &CASE_CHANGES[..]
            } else {
                &CHANGES
            };
            outcomes.extend(check_invariance(texts, changes, &mut predict));
        }
        if !self.direction.is_empty() {
            let failures = self
                .direction
                .iter()
                .map(|direction| direction.failure(&mut predict));
            outcomes.push(CheckOutcome::collect("direction", failures));
        }
        if let Some(sentences) = self.read_sentences(labelling)? {
            outcomes.push(check_sentences(&sentences, &mut predict));
        }
        Ok(outcomes)
    }

    /// Checks that the file of sentences can be read, if the settings name one, and returns it: a stream can
    /// be read again only while it is open.
    ///
    /// # Errors
    /// When it cannot be read; its labels are known only beside those of the training data.
    pub fn check_readable(&self) -> Result<Option<Box<dyn Source>>, ModelCheckError> {
        let Some(path) = &self.must_pass else {
            return Ok(None);
        };
        let source = open_sentences(path)?;
        source
            .read(&mut |_| Ok(()))
            .map_err(ModelCheckError::MustPass)?;
        Ok(Some(source))
    }

    /// Reads the sentences whose labels must be predicted, with the labels of the training data, if
    /// the settings name a file.
    ///
    /// # Errors
    /// When the file cannot be read or has a row that is labelled "Can't Decide" or not at all.
    pub fn read_sentences(
        &self,
        labelling: &Labelling,
    ) -> Result<Option<Dataset>, ModelCheckError> {
        let Some(path) = &self.must_pass else {
            return Ok(None);
        };
        let source = open_sentences(path)?;
        let dataset = Dataset::read(source.as_ref(), &labelling.settings)
            .map_err(|error| sentences_error(error, labelling))?;

        let is_undecided = |label: &Option<Label>| matches!(label, None | Some(Label::CantDecide));
        match (0..)
            .zip(&dataset.labels)
            .find(|(_, label)| is_undecided(label))
        {
            None => Ok(Some(dataset)),
            Some((row, _)) => Err(ModelCheckError::Undecided {
                place: dataset.place(row),
                file: dataset.source,
            }),
        }
    }
}

/// Returns the error of sentences that cannot be read, which names the labels of the training data if
/// the sentences have others.
fn sentences_error(error: DataError, labelling: &Labelling) -> ModelCheckError {
    let (file, labels) = match error {
        DataError::Labels { file, labels } if labels.unknown_values().is_some() => (file, labels),
        error => return ModelCheckError::MustPass(error),
    };
    let LabelSettings {
        relevant,
        not_relevant,
        ..
    } = &labelling.settings;
    let Labels {
        relevant: relevant_name,
        not_relevant: not_relevant_name,
    } = &labelling.names;

    let values = match labelling.origin {
        LabelOrigin::Names => vec![relevant_name, not_relevant_name],
        LabelOrigin::Pair | LabelOrigin::Settings => relevant.iter().chain(not_relevant).collect(),
    };
    let mut known: Vec<_> = values
        .iter()
        .take(MAX_LABELS)
        .map(|value| excerpt(value))
        .collect();
    if values.len() > MAX_LABELS {
        known.push(format!("{} more", values.len() - MAX_LABELS));
    }
    ModelCheckError::UnknownLabels {
        file,
        labels,
        known: known.join(", "),
    }
}

/// Describes labels that the training data does not have.
fn unknown_labels(labels: &LabelsError) -> String {
    match labels.unknown_values() {
        Some((values, first)) => format!("unknown labels {values}, the first in {first}"),
        None => labels.to_string(),
    }
}

#[cfg(feature = "files")]
fn open_sentences(path: &Path) -> Result<Box<dyn Source>, ModelCheckError> {
    let settings = relevance_data::SourceSettings::default();
    relevance_data::open(path, &settings).map_err(ModelCheckError::MustPass)
}

#[cfg(not(feature = "files"))]
fn open_sentences(path: &Path) -> Result<Box<dyn Source>, ModelCheckError> {
    Err(ModelCheckError::NoFiles {
        file: path.to_owned(),
    })
}

impl CheckOutcome {
    /// Whether no text failed.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.failed == 0
    }

    fn collect(
        name: impl Into<String>,
        results: impl Iterator<Item = Option<CheckFailure>>,
    ) -> Self {
        let mut outcome = Self {
            name: name.into(),
            checked: 0,
            failed: 0,
            failures: Vec::new(),
        };

        for failure in results {
            outcome.checked += 1;
            outcome.failed += usize::from(failure.is_some());
            if outcome.failures.len() < MAX_FAILURES {
                outcome.failures.extend(failure);
            }
        }
        outcome
    }
}

/// Name of a check, and a change of a text that must not change its probability.
type Change = (&'static str, fn(&str) -> String);

const CASE_CHANGES: [Change; 2] = [
    ("invariance: upper case", str::to_ascii_uppercase),
    ("invariance: lower case", str::to_ascii_lowercase),
];

const CHANGES: [Change; 4] = [
    CASE_CHANGES[0],
    CASE_CHANGES[1],
    ("invariance: outer whitespace", |text| {
        format!(" \t{text}  ")
    }),
    ("invariance: repeated spaces", |text| {
        text.replace(' ', "   ")
    }),
];

fn check_invariance(
    texts: &[&str],
    changes: &[Change],
    predict: &mut impl FnMut(&str) -> Prediction,
) -> Vec<CheckOutcome> {
    let ascii: Vec<&str> = texts
        .iter()
        .copied()
        .filter(|text| text.is_ascii())
        .collect();
    // Evenly spaced, and exactly as many as the limit allows.
    let checked = ascii.len().min(MAX_INVARIANCE_TEXTS);
    let sampled: Vec<&str> = (0..checked)
        .map(|index| ascii[index * ascii.len() / checked])
        .collect();
    let unchanged: Vec<f32> = sampled
        .iter()
        .map(|text| predict(text).probability)
        .collect();

    let check = |&(name, change): &Change| {
        let results = sampled.iter().zip(&unchanged).map(|(text, before)| {
            let variant = change(text);
            let after = predict(&variant).probability;
            let is_same = before.to_bits() == after.to_bits();
            (!is_same).then(|| CheckFailure {
                text: variant,
                expected: before.to_string(),
                got: after.to_string(),
            })
        });
        CheckOutcome::collect(name, results)
    };
    changes.iter().map(check).collect()
}

impl Direction {
    fn failure(&self, predict: &mut impl FnMut(&str) -> Prediction) -> Option<CheckFailure> {
        let text = format!("{} {}", self.text, self.add);
        let before = predict(&self.text).probability;
        let after = predict(&text).probability;

        let (holds, relation) = match self.toward {
            ExpectedLabel::Relevant => (after > before, "more"),
            ExpectedLabel::NotRelevant => (after < before, "less"),
        };
        (!holds).then(|| CheckFailure {
            text,
            expected: format!(
                "{relation} than {before}, the probability without `{}`",
                self.add
            ),
            got: after.to_string(),
        })
    }
}

fn check_sentences(
    dataset: &Dataset,
    predict: &mut impl FnMut(&str) -> Prediction,
) -> CheckOutcome {
    let sentences = (0..).zip(dataset.texts.iter());
    let results = sentences.map(|(row, text)| {
        let wanted = dataset.is_relevant(row);
        sentence_failure(text, wanted, &dataset.labelling.names, predict)
    });
    CheckOutcome::collect("must pass", results)
}

fn sentence_failure(
    text: &str,
    wanted: bool,
    names: &Labels,
    predict: &mut impl FnMut(&str) -> Prediction,
) -> Option<CheckFailure> {
    let Prediction {
        probability,
        relevant,
    } = predict(text);
    let name = |relevant| {
        if relevant {
            &names.relevant
        } else {
            &names.not_relevant
        }
    };

    (relevant != wanted).then(|| CheckFailure {
        text: text.to_owned(),
        expected: name(wanted).clone(),
        got: format!("{}, with probability {probability}", name(relevant)),
    })
}
