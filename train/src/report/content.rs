//! Content that the model card in Markdown and the page in HTML have in common.

use relevance_data::{LeftOut, Undecided};
use relevance_pipeline::{CharacterBlock, CharacterSettings, Pipeline, TokenCharacters};

use super::training_report::{Fit, Report};
use crate::fit::elsewhere::Origin;
use crate::fit::settings::FeatureTraining;
use crate::settings::Settings;

/// A named value.
pub(super) type Fact = (&'static str, String);

/// Digests, tool, threshold and size of the fit.
pub(super) fn facts(report: &Report, settings: &Settings) -> Vec<Fact> {
    let probabilities = report.platt_scaling.map_or_else(
        || "as fitted".to_owned(),
        |scaling| {
            format!(
                "calibrated on the validation subset, slope {:.4}, offset {:.4}",
                scaling.slope, scaling.offset
            )
        },
    );

    let search = report.search.as_ref().map(|search| {
        let (metric, trials) = (search.metric.name(), search.trials.len());
        (
            "Search",
            format!("the best of {trials} settings by {metric} on the training subset"),
        )
    });

    let facts = vec![
        ("Fingerprint", report.fingerprint.clone()),
        ("SHA-256 of the examples", report.data_digest.clone()),
        ("SHA-256 of the settings", report.settings_digest.clone()),
        ("Tool", format!("relevance {}", report.tool_version)),
        (
            "Threshold",
            format!(
                "{}, by the rule {} on the validation subset; texts without known terms: {}",
                report.threshold, settings.threshold, settings.unknown_texts
            ),
        ),
        ("Probabilities", probabilities),
        ("Terms", terms(&report.fit)),
    ];
    let objective = report.fit.objective;
    let objective = objective.map(|objective| ("Final objective", objective.to_string()));
    let origin = report.fitted_elsewhere.as_ref();
    let origin = origin.map(|origin| ("Fitted", describe_origin(origin)));

    let licence = ("Licence of the model", settings.licence.clone());
    let last = [objective, Some(licence), search, origin];
    facts
        .into_iter()
        .chain(last.into_iter().flatten())
        .collect()
}

/// Describes where a pipeline was fitted.
fn describe_origin(origin: &Origin) -> String {
    let program = origin.fitted_by.as_deref().unwrap_or("another program");
    format!("by {program}, SHA-256 of the pipeline {}", origin.digest)
}

/// Undecided and incomplete rows, near duplicates, low coverage by tokens and dependence on case, a
/// sentence each.
pub(super) fn data_notes(report: &Report, settings: &Settings) -> Vec<String> {
    let treatment = match settings.undecided {
        Undecided::LeaveOut => "left out",
        Undecided::NotRelevant => "counted as not relevant",
    };
    let undecided = format!(
        "Rows labelled \u{201c}Can't Decide\u{201d}: {}, {treatment}.",
        report.undecided_rows
    );

    let near = &report.near_duplicates;
    let near_duplicates = format!(
        "Near duplicates: at least {} of {} texts of the test subset, and {} of {} of the \
         validation subset, share four of five tokens with a training text.",
        near.test, near.test_checked, near.validation, near.validation_checked
    );
    let LeftOut {
        unlabelled, empty, ..
    } = report.left_out;
    let incomplete = (unlabelled + empty > 0).then(|| {
        format!("Rows left out: {unlabelled} without a label, {empty} with an empty text.")
    });

    let coverage = report.token_coverage.map(|coverage| {
        format!(
            "Words that the model can know have {:.0} % of the characters of the training texts.",
            coverage.in_tokens * 100.0
        )
    });

    let case = report.case_sensitivity.map(|sensitivity| {
        format!(
            "Lower case changes the probability of {} of {} texts of the test subset that have \
             upper-case letters outside ASCII.",
            sensitivity.changed, sensitivity.checked
        )
    });

    let notes = [
        Some(undecided),
        incomplete,
        Some(near_duplicates),
        coverage,
        case,
    ];
    notes.into_iter().flatten().collect()
}

/// The number of terms, with their kinds unless all are terms of tokens.
fn terms(fit: &Fit) -> String {
    if fit.character_ngrams.is_some() {
        fit.terms(|count| count.to_string())
    } else {
        fit.vocabulary.to_string()
    }
}

/// Kinds of terms of a model.
#[derive(Clone, Copy)]
pub(super) struct Kinds {
    /// Characters of tokens, if there are terms of tokens.
    pub(super) words: Option<TokenCharacters>,
    /// Lengths of character n-grams, if there are any.
    pub(super) characters: Option<CharacterSettings>,
}

impl From<&Pipeline> for Kinds {
    fn from(pipeline: &Pipeline) -> Self {
        let has_words = !pipeline.vocabulary().is_empty();
        Self {
            words: has_words.then_some(pipeline.features().token_characters),
            characters: pipeline.characters().map(CharacterBlock::settings),
        }
    }
}

impl From<&FeatureTraining> for Kinds {
    fn from(features: &FeatureTraining) -> Self {
        let analyzer = features.analyzer;
        Self {
            words: analyzer.has_words().then_some(features.token_characters),
            characters: analyzer.has_characters().then(|| features.characters()),
        }
    }
}

/// Limits of the model, a sentence or two each.
pub(super) fn limits(kinds: Kinds) -> Vec<String> {
    let tokens = kinds.words.map(|characters| {
        format!(
            "Tokens are runs of {characters} letters, digits and \u{201c}_\u{201d}. A text without \
             known terms gets the probability of the intercept alone."
        )
    });
    let characters = kinds.characters.map(
        |CharacterSettings {
             ngram_min,
             ngram_max,
         }| {
            format!(
                "Character n-grams are runs of {ngram_min} to {ngram_max} characters, spaces \
                 included; case does not matter. A text without known ones gets the probability of \
                 the intercept alone."
            )
        },
    );
    let known = if kinds.words.is_some() {
        "tokens and their order within a term"
    } else {
        "runs of characters"
    };
    let others = [
        format!(
            "The model knows {known}, not their meaning. It is reliable only for texts that \
             resemble its examples."
        ),
        "Texts that differ only in case, links, handles, punctuation and whitespace are in one \
         subset of the split. Texts that differ in more can be in several."
            .to_owned(),
    ];

    tokens.into_iter().chain(characters).chain(others).collect()
}
