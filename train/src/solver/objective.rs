//! The objective and its gradient in one pass over the rows, on all cores.

use linfa::dataset::Records as _;
use rayon::prelude::*;

use super::lbfgs::Evaluation;
use crate::{RowChunk, SparseRows};

/// Most partial gradients that are held at once.
const MOST_PARTS: usize = 32;
/// Factors between 1 and 2 whose product is far from overflowing.
const FACTORS: usize = 512;

/// Evaluates the objective at `parameters`, the coefficients and then the intercept: `[vocabulary + 1]`.
///
/// Partial sums are those of fixed parts of the rows and are added in their order, so that the number of threads does not
/// change the result.
pub fn evaluate(rows: &SparseRows, labels: &[bool], parameters: &[f64], alpha: f64) -> Evaluation {
    let (&intercept, coefficients) = parameters.split_last().expect("there is always an intercept");
    // count × idf × coefficient / norm: the idf goes into the coefficient, so that an entry costs one addition.
    let scaled = scaled(rows, coefficients);
    let evaluated: Vec<Evaluation> =
        parts(rows, labels).into_par_iter().map(|part| part.evaluate(&scaled, intercept)).collect();
    let mut sum = evaluated
        .into_iter()
        .reduce(|sum, part| Evaluation { loss: sum.loss + part.loss, gradient: added(sum.gradient, part.gradient) })
        .unwrap_or_else(|| Evaluation { loss: 0.0, gradient: vec![0.0; parameters.len()] });
    let squares: f64 = coefficients.iter().map(|coefficient| coefficient * coefficient).sum();
    sum.loss += 0.5 * alpha * squares;
    sum.gradient = by_column(rows, &sum.gradient, |slope, idf| slope * idf);
    for (slope, coefficient) in sum.gradient.iter_mut().zip(coefficients) {
        *slope += alpha * coefficient;
    }
    sum
}

/// The second derivative of the objective by each parameter: `[vocabulary + 1]`.
///
/// It is rough: the occurrences of a term in a text count as if they stood in texts of their own.
pub fn curvature(rows: &SparseRows, labels: &[bool], parameters: &[f64], alpha: f64) -> Vec<f64> {
    let (&intercept, coefficients) = parameters.split_last().expect("there is always an intercept");
    let scaled = scaled(rows, coefficients);
    let sums: Vec<Vec<f64>> =
        parts(rows, labels).into_par_iter().map(|part| part.curvature(&scaled, intercept)).collect();
    let sum = sums.into_iter().reduce(added).unwrap_or_else(|| vec![0.0; parameters.len()]);
    let mut sum = by_column(rows, &sum, |curvature, idf| curvature * idf * idf);
    for curvature in &mut sum[..coefficients.len()] {
        *curvature += alpha;
    }
    // Logits so far that no row bends the loss any more would leave the intercept without a curvature.
    sum[coefficients.len()] = sum[coefficients.len()].max(f64::MIN_POSITIVE.sqrt());
    sum
}

/// Coefficient × idf by rank.
fn scaled(rows: &SparseRows, coefficients: &[f64]) -> Vec<f64> {
    rows.columns().iter().map(|&column| coefficients[column as usize] * rows.idf()[column as usize]).collect()
}

/// Values by rank, and then the intercept's, as values by column; `weigh` brings in the idf.
fn by_column(rows: &SparseRows, by_rank: &[f64], weigh: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut by_column = by_rank.to_vec();
    for (&column, &value) in rows.columns().iter().zip(by_rank) {
        by_column[column as usize] = weigh(value, rows.idf()[column as usize]);
    }
    by_column
}

fn added(mut sum: Vec<f64>, part: Vec<f64>) -> Vec<f64> {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum += part;
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
        let (mut loss, mut intercept_slope) = (Loss::default(), 0.0);
        let rows = self.chunks.iter().flat_map(RowChunk::iter);
        for ((ranks, inverse_norm), &label) in rows.zip(self.labels) {
            let product = gather(scaled, ranks);
            let Logistic { bound, factor, slope } = Logistic::of(product * inverse_norm + intercept, label);
            loss.add(bound, factor);
            intercept_slope += slope;
            let step = slope * inverse_norm;
            for &rank in ranks {
                gradient[rank as usize] += step;
            }
        }
        gradient[scaled.len()] = intercept_slope;
        Evaluation { loss: loss.sum(), gradient }
    }

    /// How fast the slope by each scaled coefficient and by the intercept changes.
    fn curvature(&self, scaled: &[f64], intercept: f64) -> Vec<f64> {
        let mut curvature = vec![0.0; scaled.len() + 1];
        let mut of_intercept = 0.0;
        for (ranks, inverse_norm) in self.chunks.iter().flat_map(RowChunk::iter) {
            let slope = Logistic::of(gather(scaled, ranks) * inverse_norm + intercept, false).slope;
            let bend = slope * (1.0 - slope);
            of_intercept += bend;
            let step = bend * inverse_norm * inverse_norm;
            for &rank in ranks {
                curvature[rank as usize] += step;
            }
        }
        curvature[scaled.len()] = of_intercept;
        curvature
    }
}

/// The sum of the values at `places`: four sums side by side, since one waits for each addition.
fn gather(values: &[f64], places: &[u32]) -> f64 {
    let mut sums = [0.0; 4];
    let (fours, rest) = places.as_chunks::<4>();
    for four in fours {
        for place in 0..4 {
            sums[place] += values[four[place] as usize];
        }
    }
    let rest: f64 = rest.iter().map(|&place| values[place as usize]).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// `ln(1 + exp(-y z))`, which is `bound + ln(factor)`, and its slope, of one exponential that cannot overflow.
struct Logistic {
    /// `max(-y z, 0)`
    bound: f64,
    /// `1 + exp(-|z|)`, 1 to 2.
    factor: f64,
    /// `-y / (1 + exp(y z))`
    slope: f64,
}

impl Logistic {
    fn of(logit: f64, label: bool) -> Self {
        let sign = if label { 1.0 } else { -1.0 };
        let margin = sign * logit;
        let decay = libm::exp(-margin.abs());
        let share = if margin > 0.0 { decay / (1.0 + decay) } else { 1.0 / (1.0 + decay) };
        Self { bound: (-margin).max(0.0), factor: 1.0 + decay, slope: -sign * share }
    }
}

/// A sum of losses that takes one logarithm for many rows: that of the product of their factors.
struct Loss {
    sum: f64,
    product: f64,
    factors: usize,
}

impl Default for Loss {
    fn default() -> Self {
        Self { sum: 0.0, product: 1.0, factors: 0 }
    }
}

impl Loss {
    fn add(&mut self, bound: f64, factor: f64) {
        self.sum += bound;
        self.product *= factor;
        self.factors += 1;
        if self.factors == FACTORS {
            *self = Self { sum: self.sum + libm::log(self.product), ..Self::default() };
        }
    }

    fn sum(self) -> f64 {
        self.sum + libm::log(self.product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> SparseRows {
        // By rank; the columns are the other way round.
        let weights = [1.5, 1.0];
        let mut chunks = vec![RowChunk::default(), RowChunk::default()];
        chunks[0].push(&[0, 0, 1], &weights);
        chunks[0].push(&[0], &weights);
        chunks[1].push(&[], &weights);
        SparseRows::new(chunks, vec![1.0, 1.5], vec![1, 0])
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
            let got = Logistic::of(logit, label);
            assert!((got.bound + got.factor.ln() - loss).abs() < 1e-12, "{logit} {label}");
            assert!((got.slope - slope).abs() < 1e-12, "{logit} {label}");
        }
    }

    #[test]
    fn a_product_of_many_factors_is_the_sum_of_their_logarithms() {
        let (mut loss, mut want) = (Loss::default(), 0.0);
        for row in 0..1300_i32 {
            let factor = 1.0 + f64::from(row % 7) / 6.0;
            loss.add(0.5, factor);
            want += 0.5 + factor.ln();
        }
        assert!((loss.sum() - want).abs() < 1e-9);
    }
}
