//! What was trained on, with which settings, and the digests that prove it.

use maud::{Markup, html};
use relevance_data::Undecided;

use super::ReportPage;
use super::write::{count, percent, share};
use crate::evaluate::cross_validation::CrossValidation;
use crate::report::training_report::Report;
use crate::settings::Settings;

pub(super) fn section(page: &ReportPage) -> Markup {
    let ReportPage {
        report, settings, ..
    } = page;
    html! {
        (data(page))
        section {
            h2 { "How it was made" }
            details { summary { "Fit and digests" } div.scroll { (facts(report, settings)) } }
            details { summary { "Settings" } pre { code { (written(settings)) } } }
        }
    }
}

/// How many texts there were, and what is known of their quality.
pub(super) fn data(page: &ReportPage) -> Markup {
    let ReportPage {
        report, settings, ..
    } = page;
    html! {
        section {
            h2 { "Data" }
            div.panel.scroll { (counts(report)) }
            p.note {
                "Rows that no one could decide on: " (count(report.undecided_rows)) ", "
                (match settings.undecided {
                    Undecided::LeaveOut => "left out",
                    Undecided::NotRelevant => "counted as not relevant",
                })
                "."
            }
            (near_duplicates(report))
            @if let Some(validation) = &report.cross_validation { (cross_validation(validation)) }
        }
    }
}

fn near_duplicates(report: &Report) -> Markup {
    let near = &report.near_duplicates;
    html! {
        p.note {
            "Near duplicates: of " (count(near.test_checked)) " texts of the test side " (count(near.test))
            " or more share four of five words with one that was trained on, of " (count(near.validation_checked))
            " of the validation side " (count(near.validation)) "."
        }
    }
}

fn cross_validation(validation: &CrossValidation) -> Markup {
    let CrossValidation {
        folds,
        mean,
        standard_deviation,
    } = validation;
    let figures = [
        ("Precision", mean.precision, standard_deviation.precision),
        ("Recall", mean.recall, standard_deviation.recall),
        ("F1", mean.f1, standard_deviation.f1),
        ("Accuracy", mean.accuracy, standard_deviation.accuracy),
        ("ROC-AUC", mean.roc_auc, standard_deviation.roc_auc),
        ("PR-AUC", mean.pr_auc, standard_deviation.pr_auc),
    ];
    html! {
        div.panel.scroll {
            table {
                caption { "Cross-validation without the test side, " (folds.len()) " folds" }
                thead {
                    tr {
                        th scope="col" { "Figure" }
                        @for head in ["Mean", "Standard deviation"] { th.number scope="col" { (head) } }
                    }
                }
                tbody {
                    @for (name, mean, deviation) in figures {
                        tr {
                            th scope="row" { (name) }
                            @for figure in [mean, deviation] { td.number { (format!("{figure:.4}")) } }
                        }
                    }
                }
            }
        }
    }
}

fn counts(report: &Report) -> Markup {
    let sides = [
        ("Training", report.train),
        ("Validation", report.validation),
        ("Test", report.test),
    ];
    html! {
        table {
            caption { "Texts by side" }
            thead {
                tr {
                    th scope="col" { "Side" }
                    @for head in ["Texts", "Relevant", "Not relevant", "Share relevant"] {
                        th.number scope="col" { (head) }
                    }
                }
            }
            tbody {
                @for (side, counts) in sides {
                    tr {
                        th scope="row" { (side) }
                        @for texts in [counts.texts(), counts.relevant, counts.not_relevant] {
                            td.number { (count(texts)) }
                        }
                        td.number { (percent(share(counts.relevant as u64, counts.texts() as u64))) }
                    }
                }
            }
        }
    }
}

fn facts(report: &Report, settings: &Settings) -> Markup {
    let calibrated = report.platt_scaling.map_or_else(
        || "as fitted".to_owned(),
        |line| {
            format!(
                "calibrated on the validation side, slope {:.4}, offset {:.4}",
                line.slope, line.offset
            )
        },
    );
    let facts = [
        ("Fingerprint", report.fingerprint.clone()),
        ("SHA-256 of the examples", report.data_digest.clone()),
        ("SHA-256 of the settings", report.settings_digest.clone()),
        ("Tool", format!("relevance {}", report.tool_version)),
        (
            "Threshold",
            format!("{}, by the rule {}", report.threshold, settings.threshold),
        ),
        ("Probabilities", calibrated),
        ("Terms", count(report.fit.vocabulary)),
        ("Objective at the end", report.fit.objective.to_string()),
        ("Licence of the model", settings.licence.clone()),
    ];
    html! {
        table {
            caption { "What tells this fit from every other one" }
            tbody { @for (name, value) in facts { tr { th scope="row" { (name) } td { code { (value) } } } } }
        }
    }
}

/// As TOML, which the command reads; a number too large for TOML leaves JSON.
fn written(settings: &Settings) -> String {
    toml::to_string(settings).unwrap_or_else(|_| settings.to_json())
}
