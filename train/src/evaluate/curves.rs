//! Precision-recall and ROC curves.

use super::ranking::Ranking;

/// Most points of a curve; the chart has fewer pixels.
const MAX_POINTS: usize = 400;
/// Smallest distance between points that is tried, 0 to 1.
const MIN_DISTANCE: f64 = 1.0 / 512.0;

/// A point of a curve in the unit square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Horizontal position, 0 to 1.
    pub x: f64,
    /// Vertical position, 0 to 1.
    pub y: f64,
}

/// Precision (`y`) over recall (`x`) for `probabilities` and `labels`, `[texts]`, from the highest
/// threshold to the lowest.
///
/// Each distinct probability gives a point; the points are thinned to at most 400. A point's
/// precision applies from the recall of the point before it to its own: the area of this step
/// function is [`pr_auc`](crate::evaluate::metrics::Metrics::pr_auc). Empty when no text is
/// relevant.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 texts"
)]
pub fn pr_curve(probabilities: &[f32], labels: &[bool]) -> Vec<CurvePoint> {
    let ranking = Ranking::new(probabilities, labels);
    let Some((relevant, _)) = ranking.steps().last().filter(|&(relevant, _)| relevant > 0) else {
        return Vec::new();
    };

    let point = |(true_positives, false_positives): (u64, u64)| CurvePoint {
        x: true_positives as f64 / relevant as f64,
        y: true_positives as f64 / (true_positives + false_positives) as f64,
    };
    let points: Vec<CurvePoint> = ranking.steps().map(point).collect();
    thin(&points)
}

/// True positive rate (`y`) over false positive rate (`x`), from (0, 0) to (1, 1).
///
/// `probabilities` and `labels` are `[texts]`. Texts of one probability make one straight line, so
/// that ties count half in the area, which is
/// [`roc_auc`](crate::evaluate::metrics::Metrics::roc_auc). Thinned as [`pr_curve`]; empty when a
/// label is missing.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 texts"
)]
pub fn roc_curve(probabilities: &[f32], labels: &[bool]) -> Vec<CurvePoint> {
    let ranking = Ranking::new(probabilities, labels);
    let Some((relevant, not_relevant)) = ranking
        .steps()
        .last()
        .filter(|&(relevant, others)| relevant > 0 && others > 0)
    else {
        return Vec::new();
    };

    let point = |(true_positives, false_positives): (u64, u64)| CurvePoint {
        x: false_positives as f64 / not_relevant as f64,
        y: true_positives as f64 / relevant as f64,
    };
    let steps = std::iter::once((0, 0)).chain(ranking.steps());
    let points: Vec<CurvePoint> = steps.map(point).collect();
    thin(&points)
}

/// Drops points until at most [`MAX_POINTS`] are left; keeps the first and the last.
fn thin(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let mut tolerance = MIN_DISTANCE;
    loop {
        let kept = drop_close_points(points, tolerance);
        if kept.len() <= MAX_POINTS {
            return kept;
        }
        tolerance *= 2.0;
    }
}

/// Keeps the points that are farther than `tolerance`, horizontally or vertically, from the one
/// kept before, and the last one.
fn drop_close_points(points: &[CurvePoint], tolerance: f64) -> Vec<CurvePoint> {
    let Some((&last, inner)) = points.split_last() else {
        return Vec::new();
    };

    let mut kept: Vec<CurvePoint> = Vec::new();
    for &point in inner {
        let near = |other: &CurvePoint| distance(point, *other) <= tolerance;
        if !kept.last().is_some_and(near) {
            kept.push(point);
        }
    }

    kept.push(last);
    kept
}

fn distance(left: CurvePoint, right: CurvePoint) -> f64 {
    (left.x - right.x).abs().max((left.y - right.y).abs())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evaluate::metrics::Metrics;

    /// Six texts with a tie between the labels at 0.5.
    const PROBABILITIES: [f32; 6] = [0.9, 0.8, 0.5, 0.5, 0.3, 0.1];
    const LABELS: [bool; 6] = [true, false, true, false, true, false];

    fn assert_points(got: &[CurvePoint], want: &[(f64, f64)]) {
        assert_eq!(got.len(), want.len(), "{got:?}");
        for (point, &(x, y)) in got.iter().zip(want) {
            assert!(
                distance(*point, CurvePoint { x, y }) < 1e-12,
                "got {point:?}, want ({x}, {y})"
            );
        }
    }

    /// Area of a step function; each height applies from the point before.
    fn step_area(curve: &[CurvePoint]) -> f64 {
        let mut before = 0.0;
        curve
            .iter()
            .map(|point| (point.x - std::mem::replace(&mut before, point.x)) * point.y)
            .sum()
    }

    fn trapezoid_area(curve: &[CurvePoint]) -> f64 {
        curve
            .windows(2)
            .map(|pair| (pair[1].x - pair[0].x) * f64::midpoint(pair[0].y, pair[1].y))
            .sum()
    }

    #[test]
    fn a_point_stands_for_each_distinct_probability() {
        let third = 1.0 / 3.0;
        let pr = [
            (third, 1.0),
            (third, 0.5),
            (2.0 * third, 0.5),
            (1.0, 0.6),
            (1.0, 0.5),
        ];

        assert_points(&pr_curve(&PROBABILITIES, &LABELS), &pr);
        let roc = [
            (0.0, 0.0),
            (0.0, third),
            (third, third),
            (2.0 * third, 2.0 * third),
            (2.0 * third, 1.0),
            (1.0, 1.0),
        ];
        assert_points(&roc_curve(&PROBABILITIES, &LABELS), &roc);
    }

    #[test]
    fn one_probability_for_all_is_the_diagonal() {
        assert_points(
            &roc_curve(&[0.5; 4], &[true, false, true, false]),
            &[(0.0, 0.0), (1.0, 1.0)],
        );
        assert_points(
            &pr_curve(&[0.5; 4], &[true, false, true, false]),
            &[(1.0, 0.5)],
        );
    }

    #[test]
    fn a_missing_label_gives_no_curve() {
        for labels in [[false, false], [true, true]] {
            assert!(roc_curve(&[0.1, 0.2], &labels).is_empty());
        }
        assert!(pr_curve(&[0.1, 0.2], &[false, false]).is_empty());
        assert!(pr_curve(&[], &[]).is_empty());
        assert!(roc_curve(&[], &[]).is_empty());
    }

    #[test]
    fn many_texts_keep_few_points_and_their_area() {
        let probabilities: Vec<f32> = (0_u16..50_000)
            .map(|index| f32::from(index) / 50_000.0)
            .collect();
        let labels: Vec<bool> = (0..50_000)
            .map(|index| index * 7919 % 1000 < index / 50)
            .collect();
        let metrics = Metrics::compute(&probabilities, &labels, 0.5);
        let (pr, roc) = (
            pr_curve(&probabilities, &labels),
            roc_curve(&probabilities, &labels),
        );

        for curve in [&pr, &roc] {
            assert!(
                (100..=MAX_POINTS).contains(&curve.len()),
                "{} points",
                curve.len()
            );
        }
        assert!(
            (step_area(&pr) - metrics.pr_auc).abs() < 5e-3,
            "{} and {}",
            step_area(&pr),
            metrics.pr_auc
        );
        assert!((trapezoid_area(&roc) - metrics.roc_auc).abs() < 5e-3);
    }

    proptest! {
        #[test]
        fn few_texts_have_curves_with_exactly_the_stated_areas(
            texts in prop::collection::vec((0_u8..10, any::<bool>()), 2..40),
        ) {
            let probabilities: Vec<f32> = texts.iter().map(|&(score, _)| f32::from(score) / 10.0).collect();
            let labels: Vec<bool> = texts.iter().map(|&(_, label)| label).collect();
            let metrics = Metrics::compute(&probabilities, &labels, 0.5);
            let (pr, roc) = (pr_curve(&probabilities, &labels), roc_curve(&probabilities, &labels));

            prop_assert!((step_area(&pr) - metrics.pr_auc).abs() < 1e-12);
            if !roc.is_empty() {
                prop_assert!((trapezoid_area(&roc) - metrics.roc_auc).abs() < 1e-12);
            }
        }

        #[test]
        fn every_point_left_out_is_near_one_that_is_kept(
            texts in prop::collection::vec((0.0_f32..1.0, any::<bool>()), 2..900),
        ) {
            let points: Vec<CurvePoint> =
                texts.iter().map(|&(x, up)| CurvePoint { x: f64::from(x), y: f64::from(u8::from(up)) }).collect();

            for tolerance in [MIN_DISTANCE, 0.1] {
                let kept = drop_close_points(&points, tolerance);
                prop_assert_eq!(kept.last(), points.last());
                for point in &points {
                    prop_assert!(kept.iter().any(|other| distance(*point, *other) <= tolerance));
                }
            }
        }
    }
}
