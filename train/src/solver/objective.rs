//! The objective and its derivatives in one pass over the rows, on all cores.

use linfa::dataset::Records as _;
use rayon::prelude::*;

use super::LinearModel;
use super::newton::{Evaluation, Objective};
use super::vector::add;
use crate::{Row, RowChunk, SparseRows};

/// Most partial gradients that are held at once.
const MOST_PARTS: usize = 16;
/// Columns whose partial sums one thread adds up.
const COLUMNS_AT_ONCE: usize = 4096;
/// Factors between 1 and 2 whose product is far from overflowing.
const FACTORS: usize = 512;

/// The objective over parameters that are the coefficients by rank and then the intercept: `[vocabulary + 1]`.
///
/// Partial sums are those of fixed parts of the rows and are added in their order, so that the number of threads does not
/// change the result.
pub struct Problem<'a> {
    rows: &'a SparseRows,
    parts: Vec<Part<'a>>,
    /// How many chunks of rows a part has; the last may have fewer.
    part_chunks: usize,
    /// Inverse document frequencies by rank: `[vocabulary]`.
    weights: Vec<f64>,
    /// Weight of the penalty.
    alpha: f64,
}

impl<'a> Problem<'a> {
    /// Takes the rows and the label of each text.
    pub fn new(rows: &'a SparseRows, labels: &'a [bool], alpha: f64) -> Self {
        let part_chunks = part_chunks(rows);
        let parts = parts(rows, labels, part_chunks);
        Self { rows, parts, part_chunks, weights: by_rank(rows, rows.idf()), alpha }
    }

    /// The parameters of a model.
    pub fn parameters(&self, model: &LinearModel) -> Vec<f64> {
        let mut parameters = by_rank(self.rows, &model.coefficients);
        parameters.push(model.intercept);
        parameters
    }

    /// The model with these parameters.
    pub fn model(&self, parameters: &[f64]) -> LinearModel {
        let (&intercept, by_rank) = parameters.split_last().expect("there is always an intercept");
        let mut coefficients = vec![0.0; by_rank.len()];
        for (&column, &coefficient) in self.rows.columns().iter().zip(by_rank) {
            coefficients[column as usize] = coefficient;
        }
        LinearModel { coefficients, intercept }
    }

    /// Coefficients times idf, so that an entry, count × idf × coefficient / norm, costs one addition; and the intercept.
    fn scaled(&self, parameters: &[f64]) -> (Vec<f64>, f64) {
        let (&intercept, coefficients) = parameters.split_last().expect("there is always an intercept");
        (coefficients.iter().zip(&self.weights).map(|(coefficient, weight)| coefficient * weight).collect(), intercept)
    }

    /// Adds the parts' values by scaled coefficient up, as those by coefficient, with what the penalty adds.
    fn gathered(&self, parts: &[Vec<f64>], weigh: impl Fn(f64) -> f64, penalty: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sum = added(parts, self.weights.len() + 1);
        for (rank, (value, weight)) in sum.iter_mut().zip(&self.weights).enumerate() {
            *value = *value * weigh(*weight) + penalty(rank);
        }
        sum
    }
}

impl Objective for Problem<'_> {
    fn evaluate(&self, point: &[f64]) -> Evaluation {
        let (scaled, intercept) = self.scaled(point);
        let evaluated: Vec<Evaluation> = self.parts.par_iter().map(|part| part.evaluate(&scaled, intercept)).collect();
        let coefficients = &point[..scaled.len()];
        let squares: f64 = coefficients.iter().map(|coefficient| coefficient * coefficient).sum();
        let loss = evaluated.iter().map(|part| part.loss).sum::<f64>() + 0.5 * self.alpha * squares;
        let (gradients, bends): (Vec<_>, Vec<_>) =
            evaluated.into_iter().map(|part| (part.gradient, part.bends)).unzip();
        let gradient = self.gathered(&gradients, |weight| weight, |rank| self.alpha * coefficients[rank]);
        Evaluation { loss, gradient, bends: bends.into_iter().flatten().collect() }
    }

    /// It is rough: the occurrences of a term in a text count as if they stood in texts of their own.
    fn curvature(&self, bends: &[Vec<f64>]) -> Vec<f64> {
        let parts = self.parts.par_iter().zip(bends.par_chunks(self.part_chunks));
        let parts: Vec<_> = parts.map(|(part, bends)| part.curvature(bends, self.weights.len())).collect();
        let mut curvature = self.gathered(&parts, |weight| weight * weight, |_| self.alpha);
        // Logits so far that no row bends the loss any more would leave the intercept without a curvature.
        let of_intercept = &mut curvature[self.weights.len()];
        *of_intercept = of_intercept.max(f64::MIN_POSITIVE.sqrt());
        curvature
    }

    fn product(&self, bends: &[Vec<f64>], direction: &[f64]) -> Vec<f64> {
        let (scaled, intercept) = self.scaled(direction);
        let parts = self.parts.par_iter().zip(bends.par_chunks(self.part_chunks));
        let parts: Vec<_> = parts.map(|(part, bends)| part.product(bends, &scaled, intercept)).collect();
        self.gathered(&parts, |weight| weight, |rank| self.alpha * direction[rank])
    }
}

/// Values by column as values by rank.
fn by_rank(rows: &SparseRows, by_column: &[f64]) -> Vec<f64> {
    rows.columns().iter().map(|&column| by_column[column as usize]).collect()
}

/// The sum of vectors of a length, in their order.
fn added(parts: &[Vec<f64>], length: usize) -> Vec<f64> {
    let mut sum = vec![0.0; length];
    sum.par_chunks_mut(COLUMNS_AT_ONCE).enumerate().for_each(|(place, sum)| {
        let start = place * COLUMNS_AT_ONCE;
        for part in parts {
            add(sum, 1.0, &part[start..start + sum.len()]);
        }
    });
    sum
}

/// Some of the rows with the labels of their texts.
struct Part<'a>(Vec<(&'a RowChunk, &'a [bool])>);

/// How many chunks make a part: the more entries a column has, the less adding the parts up weighs.
fn part_chunks(rows: &SparseRows) -> usize {
    let parts = (rows.entries() / (4 * rows.nfeatures())).clamp(2, MOST_PARTS);
    rows.chunks().len().div_ceil(parts).max(1)
}

/// Cuts the rows into parts of so many chunks.
fn parts<'a>(rows: &'a SparseRows, mut labels: &'a [bool], part_chunks: usize) -> Vec<Part<'a>> {
    let mut labelled = Vec::with_capacity(rows.chunks().len());
    for chunk in rows.chunks() {
        let (of_chunk, others) = labels.split_at(chunk.len());
        labelled.push((chunk, of_chunk));
        labels = others;
    }
    labelled.chunks(part_chunks).map(|chunks| Part(chunks.to_vec())).collect()
}

impl Part<'_> {
    /// The sum of the losses, its slope by each scaled coefficient and by the intercept, and how each row bends it.
    fn evaluate(&self, scaled: &[f64], intercept: f64) -> Evaluation {
        let mut gradient = vec![0.0; scaled.len() + 1];
        let (mut loss, mut intercept_slope) = (Loss::default(), 0.0);
        let mut bends = Vec::with_capacity(self.0.len());
        for (chunk, labels) in &self.0 {
            let bend = |Row { text, ranks, inverse_norm }| {
                let logit = gather(scaled, ranks) * inverse_norm + intercept;
                let Logistic { bound, factor, slope, bend } = Logistic::of(logit, labels[text]);
                loss.add(bound, factor);
                intercept_slope += slope;
                scatter(&mut gradient, ranks, slope * inverse_norm);
                bend
            };
            bends.push(chunk.iter().map(bend).collect());
        }
        gradient[scaled.len()] = intercept_slope;
        Evaluation { loss: loss.sum(), gradient, bends }
    }

    /// How fast the slope by each scaled coefficient, of which there are `columns`, and by the intercept changes.
    fn curvature(&self, bends: &[Vec<f64>], columns: usize) -> Vec<f64> {
        let (mut curvature, mut of_intercept) = (vec![0.0; columns + 1], 0.0);
        for ((chunk, _), bends) in self.0.iter().zip(bends) {
            for (Row { ranks, inverse_norm, .. }, bend) in chunk.iter().zip(bends) {
                of_intercept += bend;
                scatter(&mut curvature, ranks, bend * inverse_norm * inverse_norm);
            }
        }
        curvature[columns] = of_intercept;
        curvature
    }

    /// How fast the slopes change along a direction.
    fn product(&self, bends: &[Vec<f64>], scaled: &[f64], intercept: f64) -> Vec<f64> {
        let (mut product, mut of_intercept) = (vec![0.0; scaled.len() + 1], 0.0);
        for ((chunk, _), bends) in self.0.iter().zip(bends) {
            for (Row { ranks, inverse_norm, .. }, bend) in chunk.iter().zip(bends) {
                let change = bend * (gather(scaled, ranks) * inverse_norm + intercept);
                of_intercept += change;
                scatter(&mut product, ranks, change * inverse_norm);
            }
        }
        product[scaled.len()] = of_intercept;
        product
    }
}

/// Adds `step` to the values at `places`.
fn scatter(values: &mut [f64], places: &[u32], step: f64) {
    for &place in places {
        values[place as usize] += step;
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

/// `ln(1 + exp(-y z))`, which is `bound + ln(factor)`, and its derivatives, of one exponential that cannot overflow.
struct Logistic {
    /// `max(-y z, 0)`
    bound: f64,
    /// `1 + exp(-|z|)`, 1 to 2.
    factor: f64,
    /// `-y / (1 + exp(y z))`
    slope: f64,
    /// How fast the slope changes.
    bend: f64,
}

impl Logistic {
    fn of(logit: f64, label: bool) -> Self {
        let sign = if label { 1.0 } else { -1.0 };
        let margin = sign * logit;
        let decay = libm::exp(-margin.abs());
        let factor = 1.0 + decay;
        let share = if margin > 0.0 { decay } else { 1.0 } / factor;
        Self { bound: (-margin).max(0.0), factor, slope: -sign * share, bend: decay / (factor * factor) }
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
    fn derivatives_are_the_slopes_of_what_they_derive() {
        let (rows, labels, at) = (rows(), [true, false, true], [0.3, -1.2, 0.4]);
        let problem = Problem::new(&rows, &labels, 0.7);
        let here = problem.evaluate(&at);
        let step = 1e-6;
        for parameter in 0..at.len() {
            let moved = |by: f64| {
                let mut point = at;
                point[parameter] += by;
                problem.evaluate(&point)
            };
            let (after, before) = (moved(step), moved(-step));
            let slope = (after.loss - before.loss) / (2.0 * step);
            assert!((here.gradient[parameter] - slope).abs() < 1e-8, "parameter {parameter}: {here:?}, {slope}");
            let mut direction = [0.0; 3];
            direction[parameter] = 1.0;
            let product = problem.product(&here.bends, &direction);
            for ((after, before), product) in after.gradient.iter().zip(&before.gradient).zip(product) {
                let slope = (after - before) / (2.0 * step);
                assert!((product - slope).abs() < 1e-8, "parameter {parameter}: {product}, {slope}");
            }
        }
    }

    #[test]
    fn the_curvature_is_the_diagonal_where_no_term_is_repeated() {
        let weights = [1.5, 1.0];
        let mut chunk = RowChunk::default();
        chunk.push(&[0, 1], &weights);
        chunk.push(&[1], &weights);
        let rows = SparseRows::new(vec![chunk], vec![1.0, 1.5], vec![1, 0]);
        let problem = Problem::new(&rows, &[true, false], 0.7);
        let bends = problem.evaluate(&[0.3, -1.2, 0.4]).bends;
        let curvature = problem.curvature(&bends);
        for parameter in 0..3 {
            let mut direction = [0.0; 3];
            direction[parameter] = 1.0;
            let product = problem.product(&bends, &direction)[parameter];
            assert!((curvature[parameter] - product).abs() < 1e-12, "parameter {parameter}: {curvature:?}, {product}");
        }
    }

    #[test]
    fn the_loss_is_that_of_the_dense_rows() {
        let (rows, labels) = (rows(), [true, false, true]);
        let model = LinearModel { coefficients: vec![0.3, -1.2], intercept: 0.4 };
        let dense = rows.to_dense();
        let losses = dense.rows().into_iter().zip(labels).map(|(row, label)| {
            let logit = row[0] * 0.3 - row[1] * 1.2 + 0.4;
            (1.0 + (if label { -logit } else { logit }).exp()).ln()
        });
        let want = losses.sum::<f64>() + 0.35 * (0.3 * 0.3 + 1.2 * 1.2);
        let problem = Problem::new(&rows, &labels, 0.7);
        let parameters = problem.parameters(&model);
        assert!((problem.evaluate(&parameters).loss - want).abs() < 1e-12);
        assert_eq!(problem.model(&parameters), model);
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
