//! Content that the model card in Markdown and the page in HTML have in common.

use relevance_data::{LeftOut, Undecided};
use relevance_pipeline::TokenCharacters;

use super::training_report::Report;
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

    vec![
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
        ("Terms", report.fit.vocabulary.to_string()),
        ("Final objective", report.fit.objective.to_string()),
        ("Licence of the model", settings.licence.clone()),
    ]
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

/// Limits of the model, a sentence or two each.
pub(super) fn limits(characters: TokenCharacters) -> [String; 3] {
    [
        format!(
            "Tokens are runs of {characters} letters, digits and \u{201c}_\u{201d}. A text without \
             known terms gets the probability of the intercept alone."
        ),
        "The model knows tokens and their order within a term, not their meaning. It is reliable \
         only for texts that resemble its examples."
            .to_owned(),
        "Texts that differ only in case, links, handles, punctuation and whitespace are in one \
         subset of the split. Texts that differ in more can be in several."
            .to_owned(),
    ]
}
