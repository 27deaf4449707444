//! The learning curve: ROC-AUC over the number of training texts.

use maud::{Markup, html};

use super::chart::{Chart, Mark, NotePosition};
use super::theme::{RELEVANT, SOFT};
use super::write::{compact, count, metric};
use crate::evaluate::learning_curve::{LearningCurve, LearningPoint};

/// Lower end of the note about the number of texts, below the lowest point of any curve.
const NOTE_HEIGHT: f64 = 0.05;

pub(super) fn section(curve: Option<&LearningCurve>) -> Markup {
    let Some(curve) = curve else {
        return html! {};
    };
    html! {
        section {
            h2 { "Learning curve" }
            p.note { (advice(curve)) }
            div.pair {
                figure {
                    h3 { "Would more labels help?" }
                    (chart(curve).draw())
                    figcaption {
                        "ROC-AUC on the test subset of models that are fitted on parts of the training subset, with \
                         95\u{A0}% intervals. Numbers at the bottom count texts."
                    }
                }
            }
            div.panel.scroll { (table(curve)) }
        }
    }
}

/// Gain of the last half of the texts, in words.
fn advice(curve: &LearningCurve) -> String {
    match curve.last_gain() {
        Some(gain) => format!(
            "From half of the training texts to all of them ROC-AUC changed by {gain:+.3}: expect \
             less than that from as many new labels again."
        ),
        None => {
            "Half of the training texts have no frequent term: more texts are needed.".to_owned()
        }
    }
}

fn chart(curve: &LearningCurve) -> Chart<'static> {
    let x = |point: &LearningPoint| f64::from(point.percent) / 100.0;
    let measured = || {
        let points = curve.points.iter();
        points.filter_map(|point| Some((x(point), point.areas?)))
    };

    let intervals = measured().map(|(x, areas)| Mark::Line {
        points: vec![
            (x, areas.roc_auc_interval.low),
            (x, areas.roc_auc_interval.high),
        ],
        ink: &RELEVANT,
        width: 1,
    });
    let notes = curve.points.iter().map(|point| Mark::Note {
        point: (x(point), NOTE_HEIGHT),
        text: compact(point.texts as u64),
        position: NotePosition::Center,
        ink: &SOFT,
    });
    let line = Mark::Line {
        points: measured().map(|(x, areas)| (x, areas.roc_auc)).collect(),
        ink: &RELEVANT,
        width: 2,
    };
    let dots = measured().map(|(x, areas)| Mark::Dot {
        point: (x, areas.roc_auc),
        ink: &RELEVANT,
    });
    let described = curve.points.iter().map(|point| {
        let roc_auc = metric(point.areas.map(|areas| areas.roc_auc));
        format!("{roc_auc} from {} texts", point.texts)
    });

    Chart {
        id: "learning-curve",
        title: "Learning curve",
        description: format!("ROC-AUC: {}.", described.collect::<Vec<_>>().join("; ")),
        x_name: "Part of the training subset",
        y_name: "ROC-AUC",
        y_max: 1.0,
        y_label: |value| format!("{value:.1}"),
        marks: intervals.chain(notes).chain([line]).chain(dots).collect(),
    }
}

fn table(curve: &LearningCurve) -> Markup {
    html! {
        table {
            caption { "Metrics on the test subset by number of training texts" }
            thead {
                tr {
                    @for head in ["Part", "Texts", "ROC-AUC", "95\u{A0}% interval", "PR-AUC", "95\u{A0}% interval"] {
                        th.number scope="col" { (head) }
                    }
                }
            }
            tbody { @for point in &curve.points { (row(point)) } }
        }
    }
}

fn row(point: &LearningPoint) -> Markup {
    let LearningPoint {
        percent,
        texts,
        areas,
    } = point;
    html! {
        tr {
            th.number scope="row" { (percent) "\u{A0}%" }
            td.number { (count(*texts)) }
            @if let Some(areas) = areas {
                @for (area, interval) in [
                    (areas.roc_auc, areas.roc_auc_interval),
                    (areas.pr_auc, areas.pr_auc_interval),
                ] {
                    td.number { (metric(Some(area))) }
                    td.number { (metric(Some(interval.low))) " to " (metric(Some(interval.high))) }
                }
            } @else {
                @for _ in 0..4 { td.number { (metric(None)) } }
            }
        }
    }
}
