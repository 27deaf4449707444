//! Outcomes of the model checks.

use maud::{Markup, html};

use super::write::{count, excerpt};
use crate::evaluate::model_checks::{CheckFailure, CheckOutcome};

pub(super) fn section(outcomes: &[CheckOutcome]) -> Markup {
    if outcomes.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Model checks" }
            p.note { "Requirements that do not depend on the metrics." }
            div.panel.scroll { (table(outcomes)) }
            @for outcome in outcomes.iter().filter(|outcome| !outcome.passed()) { (failures(outcome)) }
        }
    }
}

fn table(outcomes: &[CheckOutcome]) -> Markup {
    html! {
        table {
            caption { "Checks" }
            thead {
                tr {
                    th scope="col" { "Check" }
                    th.number scope="col" { "Texts" }
                    th.number scope="col" { "Failed" }
                    th scope="col" { "Result" }
                }
            }
            tbody {
                @for outcome in outcomes {
                    tr {
                        th scope="row" { (outcome.name) }
                        td.number { (count(outcome.checked)) }
                        td.number { (count(outcome.failed)) }
                        td { @if outcome.passed() { span.passed { "passed" } } @else { span.failed { "failed" } } }
                    }
                }
            }
        }
    }
}

fn failures(outcome: &CheckOutcome) -> Markup {
    html! {
        details open {
            summary { (outcome.name) ": first failures" }
            div.scroll {
                table {
                    caption { "Expected and actual results" }
                    thead { tr { @for head in ["Text", "Expected", "Got"] { th scope="col" { (head) } } } }
                    tbody {
                        @for CheckFailure { text, expected, got } in &outcome.failures {
                            tr { td.text { bdi { (excerpt(text)) } } td { (expected) } td { (got) } }
                        }
                    }
                }
            }
        }
    }
}
