//! The four charts: precision over recall, the ROC curve, calibration, and the probabilities of each label.

use maud::{Markup, html};

use super::ReportPage;
use super::chart::{Chart, Mark, Place, Side};
use super::theme::{AGAINST, Ink, NOT_RELEVANT, RELEVANT, SOFT, TEXT};
use super::write::{compact, count, percent, share};
use crate::evaluate::calibration::Bin;
use crate::evaluate::curves::{CurvePoint, pr_curve, roc_curve};
use crate::evaluate::profile::{SCORE_BIN_WIDTH, SCORE_BINS, score_bin};

pub(super) fn section(page: &ReportPage) -> Markup {
    html! {
        section {
            h2 { "Curves" }
            p.note {
                "All on the " (count(page.report.test.texts())) " texts of the test side. The dot is the threshold, "
                (threshold(page)) "."
            }
            div.pair {
                (figure("Precision and recall", &pr(page), &html! {
                    "What share is right of what is found, for each share that is found. The area under it, PR-AUC, is "
                    (figure3(page.report.test_metrics.pr_auc)) "; the dashed line is a guess at random."
                }))
                (figure("ROC", &roc(page), &html! {
                    "How many relevant texts are found for how many others. The area under it, ROC-AUC, is "
                    (figure3(page.report.test_metrics.roc_auc)) "; the dashed line is a guess at random."
                }))
                (figure("Calibration", &calibration(page), &html! {
                    "Whether a probability means what it says: on the dashed line it does. Bars are 95\u{A0}% intervals, \
                     the row of numbers counts texts. Brier score " (figure3(page.report.test_calibration.brier))
                    ", expected calibration error " (figure3(page.report.test_calibration.expected_calibration_error)) "."
                }))
                (figure("Probabilities by label", &histogram(page), &html! {
                    span.key.relevant { "relevant" } " and " span.key.not-relevant { "not relevant" }
                    " texts by the probability that the model gives. The line is the threshold."
                }))
            }
        }
    }
}

fn figure(title: &str, chart: &Chart, caption: &Markup) -> Markup {
    html! { figure { h3 { (title) } (chart.draw()) figcaption { (caption) } } }
}

fn figure3(figure: f64) -> String {
    format!("{figure:.3}")
}

fn threshold(page: &ReportPage) -> String {
    figure3(f64::from(page.report.threshold))
}

fn pr(page: &ReportPage) -> Chart<'static> {
    let (report, metrics) = (page.report, &page.report.test_metrics);
    let prevalence = share(report.test.relevant as u64, report.test.texts() as u64);
    let point = (metrics.recall, metrics.precision);
    let mut marks = vec![line([(0.0, prevalence), (1.0, prevalence)], &AGAINST, 1)];
    marks.push(note(
        (0.0, prevalence - 0.05),
        format!("share relevant {prevalence:.2}"),
        Side::Right,
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
            "Precision over recall. At the threshold precision is {:.3} and recall {:.3}; the share of relevant texts is \
             {prevalence:.3}.",
            metrics.precision, metrics.recall
        ),
        across: "Recall",
        up: "Precision",
        ..unit_square(marks)
    }
}

fn roc(page: &ReportPage) -> Chart<'static> {
    let confusion = &page.report.test_metrics.confusion;
    let others = share(
        confusion.false_positives,
        confusion.false_positives + confusion.true_negatives,
    );
    let recall = page.report.test_metrics.recall;
    let curve = roc_curve(page.test.probabilities, page.test.labels);
    let mut marks = vec![
        line([(0.0, 0.0), (1.0, 1.0)], &AGAINST, 1),
        line(curve.iter().map(place), &RELEVANT, 2),
    ];
    marks.extend(operating_point(page, (others, recall)));
    Chart {
        id: "roc",
        title: "ROC curve",
        description: format!(
            "Share of the relevant texts found over share of the other texts found. At the threshold {} of the relevant \
             and {} of the others are found.",
            percent(recall),
            percent(others)
        ),
        across: "False positive rate",
        up: "True positive rate",
        ..unit_square(marks)
    }
}

fn calibration(page: &ReportPage) -> Chart<'static> {
    let bins = &page.report.test_calibration.bins;
    let at = |bin: &Bin| (bin.mean_probability, bin.share_relevant);
    let mut marks = vec![line([(0.0, 0.0), (1.0, 1.0)], &AGAINST, 1)];
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
            Side::Center,
            &SOFT,
        ));
    }
    marks.push(line(bins.iter().map(at), &RELEVANT, 2));
    marks.extend(bins.iter().map(|bin| Mark::Dot {
        place: at(bin),
        ink: &RELEVANT,
    }));
    let described = |bin: &Bin| {
        let Bin {
            texts,
            mean_probability,
            share_relevant,
            ..
        } = bin;
        format!(
            "{texts} texts with mean probability {mean_probability:.2}, of which {share_relevant:.2} are relevant"
        )
    };
    Chart {
        id: "calibration",
        title: "Calibration",
        description: format!(
            "Share of relevant texts over mean probability, by bin: {}.",
            bins.iter().map(described).collect::<Vec<_>>().join("; ")
        ),
        across: "Mean probability",
        up: "Share relevant",
        top: 1.12,
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
    let top = most * 1.15;
    marks.push(line([(threshold, 0.0), (threshold, top)], &TEXT, 1));
    marks.push(note(
        (threshold, top),
        format!("threshold {threshold:.2}"),
        away(threshold),
        &TEXT,
    ));
    Chart {
        id: "histogram",
        title: "Probabilities by label",
        description: format!(
            "Texts of each label in {SCORE_BINS} bins of the model's probability, and the threshold, {threshold:.3}. Of \
             the relevant texts {} lie at the threshold or above, of the others {}.",
            percent(page.report.test_metrics.recall),
            count(page.report.test_metrics.confusion.false_positives)
        ),
        across: "Probability",
        up: "Texts",
        top,
        label: whole,
        ..unit_square(marks)
    }
}

fn unit_square(marks: Vec<Mark>) -> Chart<'static> {
    let label = |value: f64| format!("{value:.1}");
    Chart {
        id: "",
        title: "",
        description: String::new(),
        across: "",
        up: "",
        top: 1.0,
        label,
        marks,
    }
}

fn operating_point(page: &ReportPage, place: Place) -> [Mark; 2] {
    let text = format!("threshold {:.2}", page.report.threshold);
    [
        Mark::Dot { place, ink: &TEXT },
        note(place, text, away(place.0), &TEXT),
    ]
}

/// A number of texts; nothing for a mark between two of them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mark is a small number, 0 or more"
)]
fn whole(texts: f64) -> String {
    if (texts - texts.round()).abs() < 1e-6 {
        compact(texts.round() as u64)
    } else {
        String::new()
    }
}

/// The side with room.
fn away(across: f64) -> Side {
    if across > 0.5 {
        Side::LeftBelow
    } else {
        Side::RightBelow
    }
}

fn line(places: impl IntoIterator<Item = Place>, ink: &'static Ink, width: u32) -> Mark {
    Mark::Line {
        places: places.into_iter().collect(),
        ink,
        width,
    }
}

fn note(place: Place, text: String, side: Side, ink: &'static Ink) -> Mark {
    Mark::Note {
        place,
        text,
        side,
        ink,
    }
}

fn place(point: &CurvePoint) -> Place {
    (point.x, point.y)
}

/// The corners of a step function whose height holds from the point before.
fn steps(curve: &[CurvePoint]) -> Vec<Place> {
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

/// The 95 % interval of the share of relevant texts in a bin (Wilson 1927).
#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 texts"
)]
fn wilson(bin: &Bin) -> [f64; 2] {
    const NORMAL: f64 = 1.959_963_984_540_054;
    let (texts, share) = (bin.texts as f64, bin.share_relevant);
    let spread = NORMAL * NORMAL / texts;
    let center = (share + spread / 2.0) / (1.0 + spread);
    let reach = (share * (1.0 - share) * spread + spread * spread / 4.0).sqrt() / (1.0 + spread);
    [(center - reach).max(0.0), (center + reach).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_intervals_match_the_table() {
        for (texts, share_relevant, want) in [
            (10, 0.5, [0.2366, 0.7634]),
            (100, 0.0, [0.0, 0.0370]),
            (50, 1.0, [0.9287, 1.0]),
        ] {
            let got = wilson(&Bin {
                from: 0.0,
                texts,
                mean_probability: 0.5,
                share_relevant,
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
    fn marks_between_two_texts_have_no_number() {
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
