//! The four charts: precision-recall curve, ROC curve, calibration, and probabilities by label.

use maud::{Markup, html};

use super::chart::{Chart, Mark, NotePosition, Point};
use super::page::ReportPage;
use super::theme::{Ink, NOT_RELEVANT, REFERENCE, RELEVANT, SOFT, TEXT};
use super::write::{compact, count, fraction, percent};
use crate::evaluate::calibration::Bin;
use crate::evaluate::curves::{CurvePoint, pr_curve, roc_curve};
use crate::evaluate::profile::{SCORE_BIN_WIDTH, SCORE_BINS, score_bin};

pub(super) fn section(page: &ReportPage) -> Markup {
    let labels = &page.report.labels;

    html! {
        section {
            h2 { "Curves" }
            p.note {
                "On the " (count(page.report.test.texts())) " texts of the test subset. The dot marks the threshold, "
                (threshold(page)) "."
            }
            div.pair {
                (figure("Precision and recall", &pr(page), &html! {
                    "Precision at each recall. The area under the curve, PR-AUC, is "
                    (three_decimals(page.report.test_metrics.pr_auc)) "; the dashed line is random guessing."
                }))
                (figure("ROC", &roc(page), &html! {
                    "True positive rate at each false positive rate. The area under the curve, \
                     ROC-AUC, is "
                    (three_decimals(page.report.test_metrics.roc_auc)) "; the dashed line is random guessing."
                }))
                (figure("Calibration", &calibration(page), &html! {
                    "Fraction of relevant texts at each predicted probability; a calibrated model \
                     is on the dashed line. Bars are 95\u{A0}% intervals, and the numbers on top \
                     count texts. Brier score " (three_decimals(page.report.test_calibration.brier))
                    ", expected calibration error " (three_decimals(page.report.test_calibration.expected_calibration_error)) "."
                }))
                (figure("Probabilities by label", &histogram(page), &html! {
                    span.key.relevant { (labels.relevant) } " and " span.key.not-relevant { (labels.not_relevant) }
                    " texts by predicted probability. The line marks the threshold."
                }))
            }
        }
    }
}

fn figure(title: &str, chart: &Chart, caption: &Markup) -> Markup {
    html! { figure { h3 { (title) } (chart.draw()) figcaption { (caption) } } }
}

fn three_decimals(value: f64) -> String {
    format!("{value:.3}")
}

fn threshold(page: &ReportPage) -> String {
    three_decimals(f64::from(page.report.threshold))
}

fn pr(page: &ReportPage) -> Chart<'static> {
    let (report, metrics) = (page.report, &page.report.test_metrics);
    let prevalence = fraction(report.test.relevant as u64, report.test.texts() as u64);
    let point = (metrics.recall, metrics.precision);
    let mut marks = vec![line([(0.0, prevalence), (1.0, prevalence)], &REFERENCE, 1)];
    marks.push(note(
        (0.0, prevalence - 0.05),
        format!("fraction relevant {prevalence:.2}"),
        NotePosition::Right,
        &SOFT,
    ));
    marks.push(line(
        steps(&pr_curve(page.test.probabilities, page.test.labels)),
        &RELEVANT,
        2,
    ));
    marks.extend(operating_point(page, point));

    Chart {
        id: "pr",
        title: "Precision and recall",
        description: format!(
            "Precision over recall. At the threshold precision is {:.3} and recall {:.3}; the \
             fraction of relevant texts is {prevalence:.3}.",
            metrics.precision, metrics.recall
        ),
        x_name: "Recall",
        y_name: "Precision",
        ..unit_square(marks)
    }
}

fn roc(page: &ReportPage) -> Chart<'static> {
    let confusion = &page.report.test_metrics.confusion;
    let others = fraction(
        confusion.false_positives,
        confusion.false_positives + confusion.true_negatives,
    );
    let recall = page.report.test_metrics.recall;
    let curve = roc_curve(page.test.probabilities, page.test.labels);
    let mut marks = vec![
        line([(0.0, 0.0), (1.0, 1.0)], &REFERENCE, 1),
        line(curve.iter().map(to_point), &RELEVANT, 2),
    ];
    marks.extend(operating_point(page, (others, recall)));

    Chart {
        id: "roc",
        title: "ROC curve",
        description: format!(
            "True positive rate over false positive rate. At the threshold {} of the relevant and \
             {} of the other texts are predicted relevant.",
            percent(recall),
            percent(others)
        ),
        x_name: "False positive rate",
        y_name: "True positive rate",
        ..unit_square(marks)
    }
}

fn calibration(page: &ReportPage) -> Chart<'static> {
    let bins = &page.report.test_calibration.bins;
    let at = |bin: &Bin| (bin.mean_probability, bin.fraction_relevant);
    let mut marks = vec![line([(0.0, 0.0), (1.0, 1.0)], &REFERENCE, 1)];
    for bin in bins {
        let [low, high] = wilson(bin);
        marks.push(line(
            [(bin.mean_probability, low), (bin.mean_probability, high)],
            &RELEVANT,
            1,
        ));
        marks.push(note(
            (bin.mean_probability, 1.07),
            compact(bin.texts),
            NotePosition::Center,
            &SOFT,
        ));
    }
    marks.push(line(bins.iter().map(at), &RELEVANT, 2));
    marks.extend(bins.iter().map(|bin| Mark::Dot {
        point: at(bin),
        ink: &RELEVANT,
    }));
    let described = |bin: &Bin| {
        let Bin {
            texts,
            mean_probability,
            fraction_relevant,
            ..
        } = bin;
        format!(
            "{texts} texts with mean probability {mean_probability:.2}, of which \
             {fraction_relevant:.2} are relevant"
        )
    };

    Chart {
        id: "calibration",
        title: "Calibration",
        description: format!(
            "Fraction of relevant texts over mean probability, by bin: {}.",
            bins.iter().map(described).collect::<Vec<_>>().join("; ")
        ),
        x_name: "Mean probability",
        y_name: "Fraction relevant",
        y_max: 1.12,
        ..unit_square(marks)
    }
}

fn histogram(page: &ReportPage) -> Chart<'static> {
    let mut bins = [[0_u32; 2]; SCORE_BINS];
    for (&probability, &label) in page.test.probabilities.iter().zip(page.test.labels) {
        bins[score_bin(probability.into())][usize::from(label)] += 1;
    }
    let most = f64::from(
        bins.iter()
            .flatten()
            .copied()
            .max()
            .unwrap_or_default()
            .max(1),
    );
    let threshold = f64::from(page.report.threshold);
    let mut marks = Vec::new();
    for (from, texts) in (0_u32..)
        .map(|index| f64::from(index) * SCORE_BIN_WIDTH)
        .zip(bins)
    {
        for (texts, left, ink) in [(texts[0], 0.08, &NOT_RELEVANT), (texts[1], 0.5, &RELEVANT)] {
            let left = from + left * SCORE_BIN_WIDTH;
            marks.push(Mark::Bar {
                corners: [
                    (left, 0.0),
                    (left + 0.42 * SCORE_BIN_WIDTH, f64::from(texts)),
                ],
                ink,
            });
        }
    }
    let y_max = most * 1.15;
    marks.push(line([(threshold, 0.0), (threshold, y_max)], &TEXT, 1));
    marks.push(note(
        (threshold, y_max),
        format!("threshold {threshold:.2}"),
        note_position(threshold),
        &TEXT,
    ));

    Chart {
        id: "histogram",
        title: "Probabilities by label",
        description: format!(
            "Texts of each label in {SCORE_BINS} bins of the model's probability, and the \
             threshold, {threshold:.3}. Of the relevant texts {} are at the threshold or above, of \
             the others {}.",
            percent(page.report.test_metrics.recall),
            count(page.report.test_metrics.confusion.false_positives)
        ),
        x_name: "Probability",
        y_name: "Texts",
        y_max,
        y_label: whole,
        ..unit_square(marks)
    }
}

fn unit_square(marks: Vec<Mark>) -> Chart<'static> {
    let label = |value: f64| format!("{value:.1}");
    Chart {
        id: "",
        title: "",
        description: String::new(),
        x_name: "",
        y_name: "",
        y_max: 1.0,
        y_label: label,
        marks,
    }
}

fn operating_point(page: &ReportPage, point: Point) -> [Mark; 2] {
    let text = format!("threshold {:.2}", page.report.threshold);
    [
        Mark::Dot { point, ink: &TEXT },
        note(point, text, note_position(point.0), &TEXT),
    ]
}

/// Formats a number of texts; empty for a tick between two whole numbers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tick is a small number, 0 or more"
)]
fn whole(texts: f64) -> String {
    if (texts - texts.round()).abs() < 1e-6 {
        compact(texts.round() as u64)
    } else {
        String::new()
    }
}

/// The position of a note that keeps it inside the chart.
fn note_position(x: f64) -> NotePosition {
    if x > 0.5 {
        NotePosition::LeftBelow
    } else {
        NotePosition::RightBelow
    }
}

fn line(points: impl IntoIterator<Item = Point>, ink: &'static Ink, width: u32) -> Mark {
    Mark::Line {
        points: points.into_iter().collect(),
        ink,
        width,
    }
}

fn note(point: Point, text: String, position: NotePosition, ink: &'static Ink) -> Mark {
    Mark::Note {
        point,
        text,
        position,
        ink,
    }
}

fn to_point(point: &CurvePoint) -> Point {
    (point.x, point.y)
}

/// Corners of a step function; each height applies from the point before.
fn steps(curve: &[CurvePoint]) -> Vec<Point> {
    let mut before = 0.0;
    curve
        .iter()
        .flat_map(|point| {
            [
                (std::mem::replace(&mut before, point.x), point.y),
                (point.x, point.y),
            ]
        })
        .collect()
}

/// 95 % interval of the fraction of relevant texts in a bin (Wilson 1927).
#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 texts"
)]
fn wilson(bin: &Bin) -> [f64; 2] {
    const NORMAL: f64 = 1.959_963_984_540_054;
    let (texts, fraction) = (bin.texts as f64, bin.fraction_relevant);
    let spread = NORMAL * NORMAL / texts;
    let center = (fraction + spread / 2.0) / (1.0 + spread);
    let reach =
        (fraction * (1.0 - fraction) * spread + spread * spread / 4.0).sqrt() / (1.0 + spread);
    [(center - reach).max(0.0), (center + reach).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_intervals_match_the_table() {
        for (texts, fraction_relevant, want) in [
            (10, 0.5, [0.2366, 0.7634]),
            (100, 0.0, [0.0, 0.0370]),
            (50, 1.0, [0.9287, 1.0]),
        ] {
            let got = wilson(&Bin {
                from: 0.0,
                texts,
                mean_probability: 0.5,
                fraction_relevant,
            });
            assert!(
                got.iter()
                    .zip(want)
                    .all(|(got, want)| (got - want).abs() < 1e-4),
                "{texts}: {got:?}"
            );
        }
    }

    #[test]
    fn ticks_between_whole_numbers_have_no_label() {
        assert_eq!([0.0, 0.5, 1.0, 1500.0].map(whole), ["0", "", "1", "1.5k"]);
    }

    #[test]
    fn steps_hold_the_height_up_to_each_point() {
        let curve = [CurvePoint { x: 0.5, y: 1.0 }, CurvePoint { x: 1.0, y: 0.6 }];
        assert_eq!(
            steps(&curve),
            [(0.0, 1.0), (0.5, 1.0), (0.5, 0.6), (1.0, 0.6)]
        );
    }
}
