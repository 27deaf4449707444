//! What the model is and how good it is, in one look.

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
                "On " (count(report.test.texts())) " texts that training never saw, the model finds "
                strong { (percent(metrics.recall)) } " of the relevant ones, and "
                strong { (percent(metrics.precision)) } " of what it finds is relevant."
            }
            p.facts {
                "Fit " code { (report.fingerprint) } ", " (count(report.fit.vocabulary)) " terms from "
                (count(report.train.texts())) " texts, threshold " (format!("{:.3}", report.threshold)) "."
            }
        }
    }
}

pub(super) fn figures(report: &Report) -> Markup {
    let (metrics, intervals) = (&report.test_metrics, &report.test_intervals);
    let figures = [
        ("Precision", metrics.precision, intervals.precision),
        ("Recall", metrics.recall, intervals.recall),
        ("F1", metrics.f1, intervals.f1),
        ("ROC-AUC", metrics.roc_auc, intervals.roc_auc),
        ("PR-AUC", metrics.pr_auc, intervals.pr_auc),
    ];
    html! {
        dl.figures {
            @for (name, figure, Interval { low, high }) in figures {
                div {
                    dt { (name) }
                    dd.value { (format!("{figure:.3}")) }
                    dd.interval { (format!("{low:.3} to {high:.3}")) }
                }
            }
        }
        p.note { "Below each figure is the interval that holds 95\u{A0}% of resamples of the test side." }
    }
}
