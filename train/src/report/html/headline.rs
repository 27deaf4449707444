//! Name, summary and headline metrics.

use maud::{Markup, html};

use super::write::{count, percent};
use crate::evaluate::intervals::Interval;
use crate::report::training_report::Report;

pub(super) fn header(report: &Report, kind: &str) -> Markup {
    let metrics = &report.test_metrics;
    html! {
        header {
            p.eyebrow { (kind) }
            h1 { (report.name) }
            p.lead {
                "On " (count(report.test.texts())) " test texts, which training did not use, recall is "
                strong { (percent(metrics.recall)) } " and precision "
                strong { (percent(metrics.precision)) } "."
            }
            p.facts {
                "Fit " code { (report.fingerprint) } ", " (report.fit.terms(count)) " from "
                (count(report.train.texts())) " texts, threshold " (format!("{:.3}", report.threshold)) "."
            }
        }
    }
}

/// A warning that nobody knows how the model compares with the production model.
pub(super) fn uncompared(reason: Option<&str>) -> Markup {
    html! {
        @if let Some(reason) = reason {
            p.note { strong { "Not compared with the production model: " } (reason) "." }
        }
    }
}

pub(super) fn metrics(report: &Report) -> Markup {
    let (metrics, intervals) = (&report.test_metrics, &report.test_intervals);
    let rows = [
        ("Precision", metrics.precision, intervals.precision),
        ("Recall", metrics.recall, intervals.recall),
        ("F1", metrics.f1, intervals.f1),
        ("ROC-AUC", metrics.roc_auc, intervals.roc_auc),
        ("PR-AUC", metrics.pr_auc, intervals.pr_auc),
    ];

    html! {
        dl.metrics {
            @for (name, value, Interval { low, high }) in rows {
                div {
                    dt { (name) }
                    dd.value { (format!("{value:.3}")) }
                    dd.interval { (format!("{low:.3} to {high:.3}")) }
                }
            }
        }
        p.note { "Below each metric: its 95\u{A0}% interval over resamples of the test subset." }
    }
}
