//! What was trained on, with which settings, and the digests that prove it.

use maud::{Markup, html};
use relevance_data::Undecided;

use super::ReportPage;
use super::write::{count, percent, share};
use crate::{Report, Settings};

pub(super) fn section(page: &ReportPage) -> Markup {
    let ReportPage { report, settings, .. } = page;
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
        }
        section {
            h2 { "How it was made" }
            details { summary { "Fit and digests" } div.scroll { (facts(report, settings)) } }
            details { summary { "Settings" } pre { code { (written(settings)) } } }
        }
    }
}

fn counts(report: &Report) -> Markup {
    let sides = [("Training", report.train), ("Validation", report.validation), ("Test", report.test)];
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
        |line| format!("calibrated on the validation side, slope {:.4}, offset {:.4}", line.slope, line.offset),
    );
    let facts = [
        ("Fingerprint", report.fingerprint.clone()),
        ("SHA-256 of the examples", report.data_digest.clone()),
        ("SHA-256 of the settings", report.settings_digest.clone()),
        ("Tool", format!("relevance {}", report.tool_version)),
        ("Threshold", format!("{}, by the rule {}", report.threshold, settings.threshold)),
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
