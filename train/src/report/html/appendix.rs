//! Data, settings and digests of the training run.

use maud::{Markup, html};
use relevance_pipeline::Labels;

use super::page::ReportPage;
use super::write::{count, fraction, percent};
use crate::evaluate::cross_validation::CrossValidation;
use crate::report::content;
use crate::report::training_report::Report;
use crate::settings::Settings;

pub(super) fn section(page: &ReportPage) -> Markup {
    let ReportPage {
        report, settings, ..
    } = page;
    html! {
        (data(page))
        section {
            h2 { "Training" }
            details { summary { "Fit and digests" } div.scroll { (facts(report, settings)) } }
            details { summary { "Settings" } pre { code { (to_toml(settings)) } } }
        }
    }
}

/// Texts of each subset, and notes on the quality of the data.
pub(super) fn data(page: &ReportPage) -> Markup {
    let ReportPage {
        report, settings, ..
    } = page;
    html! {
        section {
            h2 { "Data" }
            div.panel.scroll { (counts(report)) }
            @for note in content::data_notes(report, settings) { p.note { (note) } }
            @if let Some(validation) = &report.cross_validation { (cross_validation(validation)) }
        }
    }
}

fn cross_validation(validation: &CrossValidation) -> Markup {
    let CrossValidation {
        folds,
        mean,
        standard_deviation,
    } = validation;
    let metrics = [
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
                caption { "Cross-validation without the test subset, " (folds.len()) " folds" }
                thead {
                    tr {
                        th scope="col" { "Metric" }
                        @for head in ["Mean", "Standard deviation"] { th.number scope="col" { (head) } }
                    }
                }
                tbody {
                    @for (name, mean, deviation) in metrics {
                        tr {
                            th scope="row" { (name) }
                            @for value in [mean, deviation] { td.number { (format!("{value:.4}")) } }
                        }
                    }
                }
            }
        }
    }
}

fn counts(report: &Report) -> Markup {
    let Labels {
        relevant,
        not_relevant,
    } = &report.labels;
    let subsets = [
        ("Training", report.train),
        ("Validation", report.validation),
        ("Test", report.test),
    ];

    html! {
        table {
            caption { "Texts by subset" }
            thead {
                tr {
                    th scope="col" { "Subset" }
                    @for head in ["Texts", relevant, not_relevant] {
                        th.number scope="col" { (head) }
                    }
                    th.number scope="col" { "Fraction " (relevant) }
                }
            }
            tbody {
                @for (subset, counts) in subsets {
                    tr {
                        th scope="row" { (subset) }
                        @for texts in [counts.texts(), counts.relevant, counts.not_relevant] {
                            td.number { (count(texts)) }
                        }
                        td.number { (percent(fraction(counts.relevant as u64, counts.texts() as u64))) }
                    }
                }
            }
        }
    }
}

fn facts(report: &Report, settings: &Settings) -> Markup {
    html! {
        table {
            caption { "Fit, data and settings" }
            tbody {
                @for (name, value) in content::facts(report, settings) {
                    tr { th scope="row" { (name) } td { code { (value) } } }
                }
            }
        }
    }
}

/// The settings as TOML, which the command reads; as JSON when a number is too large for TOML.
fn to_toml(settings: &Settings) -> String {
    toml::to_string(settings).unwrap_or_else(|_| settings.to_json())
}
