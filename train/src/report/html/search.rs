//! The search for settings: what was tried, and how it did.

use maud::{Markup, html};

use super::write::{count, metric};
use crate::fit::settings::{Analyzer, FeatureTraining};
use crate::search::{SearchReport, Trial};

/// Trials that are shown; the others are in `metrics.json`.
const MAX_SHOWN: usize = 20;

pub(super) fn section(search: Option<&SearchReport>) -> Markup {
    let Some(search) = search else {
        return html! {};
    };
    html! {
        section {
            h2 { "Search" }
            p.note {
                (count(search.trials.len())) " settings were tried by cross-validation on the training subset, each with \
                 several weights of the penalty; the first are chosen. Settings that did not do well on a part of the \
                 rows were not tried on all."
            }
            div.panel.scroll { (table(search)) }
            details { summary { "Chosen settings" } pre { code { (search.to_toml()) } } }
        }
    }
}

fn table(search: &SearchReport) -> Markup {
    html! {
        table {
            caption {
                "Best settings" @if search.trials.len() > MAX_SHOWN { ", " (MAX_SHOWN) " of " (count(search.trials.len())) }
            }
            thead {
                tr {
                    th scope="col" { "Terms" }
                    th scope="col" { "Class weight" }
                    @for head in ["Penalty", "Rows", search.metric.name()] { th.number scope="col" { (head) } }
                }
            }
            tbody { @for trial in search.trials.iter().take(MAX_SHOWN) { (row(trial)) } }
        }
    }
}

fn row(trial: &Trial) -> Markup {
    html! {
        tr {
            th scope="row" { (terms(&trial.features)) }
            td { (trial.class_weight) }
            td.number { @if let Some(score) = trial.score { (score.alpha) } }
            td.number { (count(trial.rows)) }
            td.number { @if let Some(score) = trial.score { (format!("{:.4}", score.value)) } @else { (metric(None)) } }
        }
    }
}

/// The settings of the terms in words.
fn terms(features: &FeatureTraining) -> String {
    let words = format!(
        "words to {}, {}, in {} texts or more, {} at most",
        features.ngram_max,
        features.token_characters,
        features.min_document_frequency,
        count(features.max_features)
    );
    let characters = format!(
        "characters {} to {}, in {} texts or more, {} at most",
        features.char_ngram_min,
        features.char_ngram_max,
        features.char_min_document_frequency,
        count(features.char_max_features)
    );

    match features.analyzer {
        Analyzer::Word => words,
        Analyzer::Char => characters,
        Analyzer::Both => format!("{words}; {characters}"),
    }
}
