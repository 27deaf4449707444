//! What a model must do whatever its figures are: keep its answer, move it the right way, and know certain sentences.

use std::path::PathBuf;

use relevance_data::{DataError, Dataset, Label, SourceSettings};
use relevance_pipeline::Prediction;
use serde::{Deserialize, Serialize};

/// Texts that the invariance is checked on, evenly spread over those that are given.
const SPREAD: usize = 500;
/// Failures of a check that are kept with their texts.
const MAX_FAILURES: usize = 20;

/// Which checks a model must pass to be published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelChecks {
    /// Whether upper and lower case, outer blanks and repeated blanks must leave the probability of ASCII texts as it is.
    pub invariance: bool,
    /// Words that must move the probability one way.
    pub direction: Vec<Direction>,
    /// File of sentences that must get their labels: CSV or JSON lines with `text` and `choose_one` or `class_label`.
    pub must_pass: Option<PathBuf>,
}

/// Words that, added at the end of a text, must move its probability one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// The text.
    pub text: String,
    /// What is added to it, after a blank.
    pub add: String,
    /// Which verdict must become more probable.
    pub toward: Verdict,
}

/// One of the two verdicts, as the labels of a source spell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The text is about the subject.
    Relevant,
    /// It is not.
    #[serde(rename = "Not Relevant")]
    NotRelevant,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// What was checked.
    pub name: String,
    /// How many texts were checked.
    pub checked: usize,
    /// How many of them failed.
    pub failed: usize,
    /// The first failures, 20 at most.
    pub failures: Vec<CheckFailure>,
}

/// A text on which the model does not do what it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckFailure {
    /// The text as the model got it.
    pub text: String,
    /// What it must answer.
    pub expected: String,
    /// What it answered.
    pub got: String,
}

/// Why the checks could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ModelCheckError {
    /// A direction without words that could move anything.
    #[error(
        "`model_checks.direction` number {number} has a blank `add`; it needs the words that are added to `text`"
    )]
    NothingAdded {
        /// Which direction, from 1.
        number: usize,
    },
    /// The file of sentences cannot be read.
    #[error("the sentences of `model_checks.must_pass` cannot be read")]
    MustPass(#[source] DataError),
    /// A sentence without a verdict that it could get.
    #[error(
        "`model_checks.must_pass`: row {row} of `{file}` is labelled `{}`; a sentence that must pass needs `{}` or `{}`",
        Label::CantDecide,
        Label::Relevant,
        Label::NotRelevant
    )]
    Undecided {
        /// The file.
        file: String,
        /// Position of the row in it, from 1.
        row: u64,
    },
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
    /// [`ModelCheckError::NothingAdded`] for the first direction that adds nothing but blanks.
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

    /// Runs the checks on what `predict` answers, the invariance on some of `texts`; an outcome a check.
    ///
    /// # Errors
    /// Those of [`validate`](Self::validate), and when the file of sentences cannot be read or has a row that no one could
    /// decide on.
    pub fn run(
        &self,
        texts: &[&str],
        predict: impl Fn(&str) -> Prediction,
    ) -> Result<Vec<CheckOutcome>, ModelCheckError> {
        self.validate()?;
        let mut outcomes = Vec::new();
        if self.invariance {
            outcomes.extend(check_invariance(texts, &predict));
        }
        if !self.direction.is_empty() {
            let failures = self
                .direction
                .iter()
                .map(|direction| direction.failure(&predict));
            outcomes.push(CheckOutcome::of("direction", failures));
        }
        if let Some(path) = &self.must_pass {
            let location = path.to_string_lossy();
            outcomes.push(check_sentences(&location, &predict)?);
        }
        Ok(outcomes)
    }
}

impl CheckOutcome {
    /// Whether no text failed.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.failed == 0
    }

    fn of(name: impl Into<String>, texts: impl Iterator<Item = Option<CheckFailure>>) -> Self {
        let mut outcome = Self {
            name: name.into(),
            checked: 0,
            failed: 0,
            failures: Vec::new(),
        };
        for failure in texts {
            outcome.checked += 1;
            outcome.failed += usize::from(failure.is_some());
            if outcome.failures.len() < MAX_FAILURES {
                outcome.failures.extend(failure);
            }
        }
        outcome
    }
}

/// A change of a text that must not matter.
type Change = (&'static str, fn(&str) -> String);

const CHANGES: [Change; 4] = [
    ("invariance: upper case", str::to_ascii_uppercase),
    ("invariance: lower case", str::to_ascii_lowercase),
    ("invariance: outer blanks", |text| format!(" \t{text}  ")),
    ("invariance: repeated blanks", |text| {
        text.replace(' ', "   ")
    }),
];

fn check_invariance(texts: &[&str], predict: &impl Fn(&str) -> Prediction) -> Vec<CheckOutcome> {
    let ascii: Vec<&str> = texts
        .iter()
        .copied()
        .filter(|text| text.is_ascii())
        .collect();
    let checked = ascii.len().min(SPREAD);
    let spread: Vec<&str> = (0..checked)
        .map(|index| ascii[index * ascii.len() / checked])
        .collect();
    let unchanged: Vec<f32> = spread
        .iter()
        .map(|text| predict(text).probability)
        .collect();
    let check = |(name, change): Change| {
        let failures = spread.iter().zip(&unchanged).map(|(text, before)| {
            let changed = change(text);
            let after = predict(&changed).probability;
            let same = before.to_bits() == after.to_bits();
            (!same).then(|| CheckFailure {
                text: changed,
                expected: before.to_string(),
                got: after.to_string(),
            })
        });
        CheckOutcome::of(name, failures)
    };
    CHANGES.map(check).into()
}

impl Direction {
    fn failure(&self, predict: &impl Fn(&str) -> Prediction) -> Option<CheckFailure> {
        let text = format!("{} {}", self.text, self.add);
        let (before, after) = (predict(&self.text).probability, predict(&text).probability);
        let (holds, relation) = match self.toward {
            Verdict::Relevant => (after > before, "more"),
            Verdict::NotRelevant => (after < before, "less"),
        };
        let expected = || {
            format!(
                "{relation} than {before}, the probability without `{}`",
                self.add
            )
        };
        (!holds).then(|| CheckFailure {
            text,
            expected: expected(),
            got: after.to_string(),
        })
    }
}

fn check_sentences(
    location: &str,
    predict: &impl Fn(&str) -> Prediction,
) -> Result<CheckOutcome, ModelCheckError> {
    let source = relevance_data::open(location, &SourceSettings::default())
        .map_err(ModelCheckError::MustPass)?;
    let dataset = Dataset::read(source.as_ref()).map_err(ModelCheckError::MustPass)?;
    if let Some(place) = dataset
        .labels
        .iter()
        .position(|&label| label == Label::CantDecide)
    {
        return Err(ModelCheckError::Undecided {
            file: dataset.source,
            row: place as u64 + 1,
        });
    }
    let failures = dataset
        .texts
        .iter()
        .zip(&dataset.labels)
        .map(|(text, &label)| {
            let Prediction {
                probability,
                relevant,
            } = predict(text);
            let got = if relevant {
                Label::Relevant
            } else {
                Label::NotRelevant
            };
            (got != label).then(|| CheckFailure {
                text: text.to_owned(),
                expected: label.to_string(),
                got: format!("{got}, with probability {probability}"),
            })
        });
    Ok(CheckOutcome::of("must pass", failures))
}
