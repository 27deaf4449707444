//! Confusion matrix, and comparison with the baselines.

use maud::{Markup, html};
use relevance_pipeline::Labels;

use super::write::{count, fraction, percent};
use crate::evaluate::baseline::Baseline;
use crate::evaluate::metrics::Metrics;
use crate::report::training_report::Report;

pub(super) fn section(report: &Report) -> Markup {
    html! {
        section {
            h2 { "Predictions" }
            p.note { "On the test subset, at the threshold " (format!("{:.3}", report.threshold)) "." }
            div.pair {
                div.panel.scroll { (matrix(report)) }
                div.panel.scroll { (baselines(&report.baselines, &report.test_metrics)) }
            }
            div.panel.scroll { (thresholds(report)) }
        }
    }
}

fn matrix(report: &Report) -> Markup {
    let matrix = &report.test_metrics.confusion;
    let Labels {
        relevant,
        not_relevant,
    } = &report.labels;
    let rows = [
        (
            relevant,
            [matrix.true_positives, matrix.false_negatives],
            ["right", "wrong"],
        ),
        (
            not_relevant,
            [matrix.false_positives, matrix.true_negatives],
            ["wrong", "right"],
        ),
    ];

    html! {
        table.matrix {
            caption { "Confusion matrix" }
            thead {
                tr {
                    th scope="col" { "Label" }
                    th scope="col" { "Predicted " (relevant) }
                    th scope="col" { "Predicted " (not_relevant) }
                }
            }
            tbody {
                @for (label, cells, kinds) in rows {
                    tr {
                        th scope="row" { (label) }
                        @for (texts, kind) in cells.into_iter().zip(kinds) {
                            @let part = fraction(texts, cells[0] + cells[1]);
                            td class=(format!("{kind} {}", tint(part))) {
                                span.value { (count(texts)) }
                                span.sub { (percent(part)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Class of the style sheet for a fraction: `t0` to `t10`.
fn tint(fraction: f64) -> String {
    format!("t{:.0}", fraction * 10.0)
}

fn baselines(baselines: &[Baseline], metrics: &Metrics) -> Markup {
    let model = row(
        Some("ours"),
        &html! { "this model" },
        [metrics.accuracy, metrics.f1, metrics.roc_auc],
    );

    html! {
        table {
            caption { "Comparison with rules without a model" }
            thead {
                tr {
                    th scope="col" { "Rule" }
                    @for metric in ["Accuracy", "F1", "ROC-AUC"] { th.number scope="col" { (metric) } }
                }
            }
            tbody {
                (model)
                @for Baseline { rule, accuracy, f1, roc_auc } in baselines {
                    (row(None, &rule_markup(rule), [*accuracy, *f1, *roc_auc]))
                }
            }
        }
    }
}

/// The thresholds of other rules beside the model's.
fn thresholds(report: &Report) -> Markup {
    let metrics = &report.test_metrics;
    html! {
        table {
            caption { "Comparison with the thresholds of other rules" }
            thead {
                tr {
                    th scope="col" { "Rule" }
                    th scope="col" { "Texts without known terms" }
                    @for metric in ["Threshold", "Precision", "Recall", "F1"] {
                        th.number scope="col" { (metric) }
                    }
                }
            }
            tbody {
                tr.ours {
                    th scope="row" { "this model" }
                    td {}
                    (numbers([report.threshold.into(), metrics.precision, metrics.recall, metrics.f1]))
                }
                @for other in &report.threshold_alternatives {
                    tr {
                        th scope="row" { (other.rule) }
                        td { (other.unknown_texts) }
                        (numbers([other.threshold.into(), other.precision, other.recall, other.f1]))
                    }
                }
            }
        }
    }
}

fn numbers<const N: usize>(values: [f64; N]) -> Markup {
    html! {
        @for value in values { td.number { (format!("{value:.3}")) } }
    }
}

fn row(class: Option<&str>, name: &Markup, metrics: [f64; 3]) -> Markup {
    html! {
        tr class=[class] {
            th scope="row" { (name) }
            (numbers(metrics))
        }
    }
}

/// A rule, with the text between backticks as code.
fn rule_markup(rule: &str) -> Markup {
    html! {
        @for (index, part) in rule.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
