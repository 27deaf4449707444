//! The objective and its gradient in one pass over the rows, on all cores.

use linfa::dataset::Records as _;
use rayon::prelude::*;

use crate::{RowChunk, SparseRows};

/// Most partial gradients that are held at once.
const MOST_PARTS: usize = 32;

/// The objective at a point.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// `sum ln(1 + exp(-y z)) + alpha / 2 * |w|^2`.
    pub loss: f64,
    /// Its slope by each coefficient, and then by the intercept: `[vocabulary + 1]`.
    pub gradient: Vec<f64>,
}

/// Evaluates the objective at `parameters`, the coefficients and then the intercept: `[vocabulary + 1]`.
///
/// Partial sums are those of fixed parts of the rows and are added in their order, so that the number of threads does not
/// change the result.
pub fn evaluate(rows: &SparseRows, labels: &[bool], parameters: &[f64], alpha: f64) -> Evaluation {
    let (&intercept, coefficients) = parameters.split_last().expect("there is always an intercept");
    // count × idf × coefficient / norm: the idf goes into the coefficient, so that an entry costs one addition.
    let scaled: Vec<f64> = coefficients.iter().zip(rows.idf()).map(|(weight, idf)| weight * idf).collect();
    let evaluated: Vec<Evaluation> =
        parts(rows, labels).into_par_iter().map(|part| part.evaluate(&scaled, intercept)).collect();
    let mut evaluated = evaluated.into_iter();
    let mut sum = evaluated.next().unwrap_or_else(|| Evaluation { loss: 0.0, gradient: vec![0.0; parameters.len()] });
    for part in evaluated {
        sum.loss += part.loss;
        for (slope, part) in sum.gradient.iter_mut().zip(part.gradient) {
            *slope += part;
        }
    }
    let squares: f64 = coefficients.iter().map(|coefficient| coefficient * coefficient).sum();
    sum.loss += 0.5 * alpha * squares;
    for ((slope, idf), coefficient) in sum.gradient.iter_mut().zip(rows.idf()).zip(coefficients) {
        *slope = *slope * idf + alpha * coefficient;
    }
    sum
}

/// Some of the rows with their labels.
struct Part<'a> {
    chunks: &'a [RowChunk],
    labels: &'a [bool],
}

/// Cuts the rows into parts: the more entries a column has, the less adding the parts up weighs.
fn parts<'a>(rows: &'a SparseRows, mut labels: &'a [bool]) -> Vec<Part<'a>> {
    let parts = (rows.entries() / (4 * rows.nfeatures())).clamp(2, MOST_PARTS);
    let chunks = rows.chunks().chunks(rows.chunks().len().div_ceil(parts).max(1));
    chunks
        .map(|chunks| {
            let (of_part, others) = labels.split_at(chunks.iter().map(RowChunk::len).sum());
            labels = others;
            Part { chunks, labels: of_part }
        })
        .collect()
}

impl Part<'_> {
    /// The sum of the losses, and its slope by each scaled coefficient and by the intercept.
    fn evaluate(&self, scaled: &[f64], intercept: f64) -> Evaluation {
        let mut gradient = vec![0.0; scaled.len() + 1];
        let (mut loss, mut intercept_slope) = (0.0, 0.0);
        let rows = self.chunks.iter().flat_map(RowChunk::iter);
        for ((columns, inverse_norm), &label) in rows.zip(self.labels) {
            let product: f64 = columns.iter().map(|&column| scaled[column as usize]).sum();
            let (row_loss, slope) = logistic(product * inverse_norm + intercept, label);
            loss += row_loss;
            intercept_slope += slope;
            let step = slope * inverse_norm;
            for &column in columns {
                gradient[column as usize] += step;
            }
        }
        gradient[scaled.len()] = intercept_slope;
        Evaluation { loss, gradient }
    }
}

/// `ln(1 + exp(-y z))` and its slope `-y / (1 + exp(y z))`, of one exponential that cannot overflow.
fn logistic(logit: f64, label: bool) -> (f64, f64) {
    let sign = if label { 1.0 } else { -1.0 };
    let margin = sign * logit;
    let decay = libm::exp(-margin.abs());
    let loss = libm::log1p(decay) + (-margin).max(0.0);
    let share = if margin > 0.0 { decay / (1.0 + decay) } else { 1.0 / (1.0 + decay) };
    (loss, -sign * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> SparseRows {
        let idf = vec![1.0, 1.5];
        let mut chunks = vec![RowChunk::default(), RowChunk::default()];
        chunks[0].push(&[0, 1, 1], &idf);
        chunks[0].push(&[1], &idf);
        chunks[1].push(&[], &idf);
        SparseRows::new(chunks, idf)
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let (rows, labels, at) = (rows(), [true, false, true], [0.3, -1.2, 0.4]);
        let gradient = evaluate(&rows, &labels, &at, 0.7).gradient;
        for parameter in 0..at.len() {
            let step = 1e-6;
            let moved = |by: f64| {
                let mut point = at;
                point[parameter] += by;
                evaluate(&rows, &labels, &point, 0.7).loss
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * step);
            assert!((gradient[parameter] - slope).abs() < 1e-8, "parameter {parameter}: {gradient:?}, {slope}");
        }
    }

    #[test]
    fn the_loss_is_that_of_the_dense_rows() {
        let (rows, labels, at) = (rows(), [true, false, true], [0.3, -1.2, 0.4]);
        let dense = rows.to_dense();
        let losses = dense.rows().into_iter().zip(labels).map(|(row, label)| {
            let logit = row[0] * at[0] + row[1] * at[1] + at[2];
            (1.0 + (if label { -logit } else { logit }).exp()).ln()
        });
        let want = losses.sum::<f64>() + 0.35 * (at[0] * at[0] + at[1] * at[1]);
        assert!((evaluate(&rows, &labels, &at, 0.7).loss - want).abs() < 1e-12);
    }

    #[test]
    fn far_logits_neither_overflow_nor_cancel() {
        for (logit, label, loss, slope) in
            [(1000.0, false, 1000.0, 1.0), (1000.0, true, 0.0, 0.0), (-1000.0, true, 1000.0, -1.0)]
        {
            assert_eq!(logistic(logit, label), (loss, if slope == 0.0 { -0.0 } else { slope }), "{logit} {label}");
        }
    }
}
