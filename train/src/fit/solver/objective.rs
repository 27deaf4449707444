//! The objective and its derivatives in one pass over the rows, on all cores.

use std::ops::Range;

use linfa::dataset::Records as _;
use rayon::prelude::*;

use super::LinearModel;
use super::newton::{Evaluation, Objective};
use super::vector::add;
use crate::fit::rows::{PAGE, RowChunk, SparseRows};

/// Most partial sums that are held at once.
const MAX_PARTS: usize = 16;
/// Entries of a column that a part has at least, on average: adding the parts up then weighs little.
const MIN_ENTRIES: usize = 16;
/// Columns whose partial sums one thread adds up.
const COLUMNS_AT_ONCE: usize = 4096;
/// Rows whose entries are looked at together.
const BLOCK: usize = 128;
/// Factors between 1 and 2 whose product is far from overflowing.
const FACTORS: usize = 512;

/// The objective over parameters that are the coefficients by rank and then the intercept: `[vocabulary + 1]`.
///
/// Partial sums are those of fixed parts of the rows and are added in their order, so that the number of threads does not
/// change the result.
pub struct Problem<'a> {
    rows: &'a SparseRows,
    parts: Vec<Part<'a>>,
    /// Inverse document frequencies by rank: `[vocabulary]`.
    weights: Vec<f64>,
    /// Weight of the penalty.
    alpha: f64,
    /// Coefficients times idf, so that an entry, count × idf × coefficient / norm, costs one addition; and zeros up to whole
    /// pages: `[pages × PAGE]`.
    scaled: Vec<f64>,
}

/// Some of the rows with the labels of their texts, and space that is used again from sum to sum.
struct Part<'a> {
    chunks: Vec<(&'a RowChunk, &'a [bool])>,
    /// For each column, what the part gives to a sum, by scaled coefficient; and zeros up to whole pages: `[pages × PAGE]`.
    by_rank: Vec<f64>,
    /// How much each row bends the loss where it was last evaluated, chunk after chunk.
    bends: Vec<f64>,
}

impl<'a> Problem<'a> {
    /// Takes the rows and the label of each text.
    pub fn new(rows: &'a SparseRows, labels: &'a [bool], alpha: f64) -> Self {
        let width = rows.nfeatures().next_multiple_of(PAGE);
        let labelled = rows.labelled(labels);
        // A power of two, as the chunks of many rows are: parts are then of one size.
        let parts = (rows.entries() / (MIN_ENTRIES * rows.nfeatures()))
            .clamp(2, MAX_PARTS)
            .next_power_of_two();
        let part = |chunks: &[_]| Part {
            chunks: chunks.to_vec(),
            by_rank: vec![0.0; width],
            bends: Vec::new(),
        };
        Self {
            rows,
            parts: labelled
                .chunks(labelled.len().div_ceil(parts).max(1))
                .map(part)
                .collect(),
            weights: by_rank(rows, rows.idf()),
            alpha,
            scaled: vec![0.0; width],
        }
    }

    /// The parameters of a model.
    pub fn parameters(&self, model: &LinearModel) -> Vec<f64> {
        let mut parameters = by_rank(self.rows, &model.coefficients);
        parameters.push(model.intercept);
        parameters
    }

    /// The model with these parameters.
    pub fn model(&self, parameters: &[f64]) -> LinearModel {
        let (&intercept, by_rank) = parameters
            .split_last()
            .expect("there is always an intercept");
        let mut coefficients = vec![0.0; by_rank.len()];
        for (&column, &coefficient) in self.rows.columns().iter().zip(by_rank) {
            coefficients[column as usize] = coefficient;
        }
        LinearModel {
            coefficients,
            intercept,
        }
    }

    /// Scales the coefficients of the parameters, and gives the intercept.
    fn scale(&mut self, parameters: &[f64]) -> f64 {
        let (&intercept, coefficients) = parameters
            .split_last()
            .expect("there is always an intercept");
        for ((scaled, coefficient), weight) in
            self.scaled.iter_mut().zip(coefficients).zip(&self.weights)
        {
            *scaled = coefficient * weight;
        }
        intercept
    }

    /// What the parts give by scaled coefficient, added up and made one by coefficient, with what the penalty adds; and the
    /// intercept's.
    fn gathered(
        &self,
        weigh: impl Fn(f64) -> f64 + Sync,
        penalty: impl Fn(usize) -> f64 + Sync,
        of_intercept: f64,
    ) -> Vec<f64> {
        let mut sum = vec![0.0; self.weights.len() + 1];
        sum[self.weights.len()] = of_intercept;
        let columns = sum[..self.weights.len()].par_chunks_mut(COLUMNS_AT_ONCE);
        columns
            .zip(self.weights.par_chunks(COLUMNS_AT_ONCE))
            .enumerate()
            .for_each(|(place, (sum, weights))| {
                let start = place * COLUMNS_AT_ONCE;
                for part in &self.parts {
                    add(sum, 1.0, &part.by_rank[start..start + sum.len()]);
                }
                for ((value, weight), rank) in sum.iter_mut().zip(weights).zip(start..) {
                    *value = *value * weigh(*weight) + penalty(rank);
                }
            });
        sum
    }
}

impl Objective for Problem<'_> {
    fn evaluate(&mut self, point: &[f64]) -> Evaluation {
        let intercept = self.scale(point);
        let (scaled, columns) = (&self.scaled, self.weights.len());
        let sums: Vec<_> = self
            .parts
            .par_iter_mut()
            .map(|part| part.evaluate(scaled, columns, intercept))
            .collect();
        let squares: f64 = point[..columns]
            .iter()
            .map(|coefficient| coefficient * coefficient)
            .sum();
        let loss = sums.iter().map(|(loss, _)| loss).sum::<f64>() + 0.5 * self.alpha * squares;
        let of_intercept = sums.iter().map(|(_, slope)| slope).sum();
        let gradient = self.gathered(
            |weight| weight,
            |rank| self.alpha * point[rank],
            of_intercept,
        );
        Evaluation { loss, gradient }
    }

    /// It is rough: the occurrences of a term in a text count as if they stood in texts of their own.
    fn curvature(&mut self) -> Vec<f64> {
        let columns = self.weights.len();
        let sums: Vec<f64> = self
            .parts
            .par_iter_mut()
            .map(|part| part.curvature(columns))
            .collect();
        // Logits so far that no row bends the loss any more would leave the intercept without a curvature.
        let of_intercept = sums.into_iter().sum::<f64>().max(f64::MIN_POSITIVE.sqrt());
        self.gathered(|weight| weight * weight, |_| self.alpha, of_intercept)
    }

    fn product(&mut self, direction: &[f64]) -> Vec<f64> {
        let intercept = self.scale(direction);
        let (scaled, columns) = (&self.scaled, self.weights.len());
        let sums: Vec<f64> = self
            .parts
            .par_iter_mut()
            .map(|part| part.product(scaled, columns, intercept))
            .collect();
        self.gathered(
            |weight| weight,
            |rank| self.alpha * direction[rank],
            sums.into_iter().sum(),
        )
    }
}

/// Values by column as values by rank.
fn by_rank(rows: &SparseRows, by_column: &[f64]) -> Vec<f64> {
    rows.columns()
        .iter()
        .map(|&column| by_column[column as usize])
        .collect()
}

impl Part<'_> {
    /// The loss and its slope by the intercept, with that by each of the scaled coefficients and the rows' bends left here.
    fn evaluate(&mut self, scaled: &[f64], columns: usize, intercept: f64) -> (f64, f64) {
        self.by_rank[..columns].fill(0.0);
        self.bends.clear();
        let (mut loss, mut of_intercept) = (Loss::default(), 0.0);
        for Block {
            chunk,
            labels,
            places,
            ..
        } in blocks(&self.chunks)
        {
            let by_row = gather(scaled, chunk, &places);
            let mut steps = [0.0; BLOCK];
            let rows = chunk.inverse_norms()[places.clone()]
                .iter()
                .zip(&chunk.texts()[places.clone()]);
            self.bends
                .extend(by_row.iter().zip(rows).zip(&mut steps).map(
                    |((sum, (inverse_norm, &text)), step)| {
                        let logit = sum * inverse_norm + intercept;
                        let Logistic {
                            bound,
                            factor,
                            slope,
                            bend,
                        } = Logistic::of(logit, labels[text as usize]);
                        loss.add(bound, factor);
                        of_intercept += slope;
                        *step = slope * inverse_norm;
                        bend
                    },
                ));
            scatter(&mut self.by_rank, chunk, &places, &steps);
        }
        (loss.sum(), of_intercept)
    }

    /// How fast the slope by the intercept changes, with how fast that by each of the scaled coefficients does left here.
    fn curvature(&mut self, columns: usize) -> f64 {
        self.by_rank[..columns].fill(0.0);
        for Block {
            chunk,
            places,
            of_part,
            ..
        } in blocks(&self.chunks)
        {
            let mut steps = [0.0; BLOCK];
            let rows = self.bends[of_part]
                .iter()
                .zip(&chunk.inverse_norms()[places.clone()]);
            for (step, (bend, inverse_norm)) in steps.iter_mut().zip(rows) {
                *step = bend * inverse_norm * inverse_norm;
            }
            scatter(&mut self.by_rank, chunk, &places, &steps);
        }
        self.bends.iter().sum()
    }

    /// How fast the slope by the intercept changes along a direction, with how fast that by each of the scaled coefficients
    /// does left here.
    fn product(&mut self, scaled: &[f64], columns: usize, intercept: f64) -> f64 {
        self.by_rank[..columns].fill(0.0);
        let mut of_intercept = 0.0;
        for Block {
            chunk,
            places,
            of_part,
            ..
        } in blocks(&self.chunks)
        {
            let mut steps = gather(scaled, chunk, &places);
            let rows = self.bends[of_part]
                .iter()
                .zip(&chunk.inverse_norms()[places.clone()]);
            for (step, (bend, inverse_norm)) in steps.iter_mut().zip(rows) {
                let change = bend * (*step * inverse_norm + intercept);
                of_intercept += change;
                *step = change * inverse_norm;
            }
            scatter(&mut self.by_rank, chunk, &places, &steps);
        }
        of_intercept
    }
}

/// Rows whose entries are looked at together.
struct Block<'a> {
    chunk: &'a RowChunk,
    labels: &'a [bool],
    /// In the chunk.
    places: Range<usize>,
    /// In the part.
    of_part: Range<usize>,
}

/// The rows of the chunks in their order, so few at once that their entries stay in the processor's nearest memory.
fn blocks<'a>(chunks: &[(&'a RowChunk, &'a [bool])]) -> impl Iterator<Item = Block<'a>> {
    let mut rows = 0;
    chunks.iter().flat_map(move |&(chunk, labels)| {
        let first = rows;
        rows += chunk.len();
        (0..chunk.len()).step_by(BLOCK).map(move |start| {
            let places = start..chunk.len().min(start + BLOCK);
            Block {
                chunk,
                labels,
                of_part: first + places.start..first + places.end,
                places,
            }
        })
    })
}

/// Adds each row's number to the values of its entries.
fn scatter(values: &mut [f64], chunk: &RowChunk, places: &Range<usize>, by_row: &[f64; BLOCK]) {
    let (windows, _) = values.as_chunks_mut::<PAGE>();
    for (page, window) in chunk.pages().iter().zip(windows) {
        for (ranks, step) in page.rows(places.clone()).zip(by_row) {
            let (fours, rest) = ranks.as_chunks::<4>();
            for four in fours {
                for &rank in four {
                    window[usize::from(rank)] += step;
                }
            }
            for &rank in rest {
                window[usize::from(rank)] += step;
            }
        }
    }
}

/// The sum of the values of each row's entries: four sums side by side, since one waits for each addition.
fn gather(values: &[f64], chunk: &RowChunk, places: &Range<usize>) -> [f64; BLOCK] {
    let mut by_row = [0.0; BLOCK];
    let (windows, _) = values.as_chunks::<PAGE>();
    for (page, window) in chunk.pages().iter().zip(windows) {
        for (ranks, of_row) in page.rows(places.clone()).zip(&mut by_row) {
            let mut sums = [0.0; 4];
            let (fours, rest) = ranks.as_chunks::<4>();
            for four in fours {
                for place in 0..4 {
                    sums[place] += window[usize::from(four[place])];
                }
            }
            let rest: f64 = rest.iter().map(|&rank| window[usize::from(rank)]).sum();
            *of_row += (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest;
        }
    }
    by_row
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
        Self {
            bound: (-margin).max(0.0),
            factor,
            slope: -sign * share,
            bend: decay / (factor * factor),
        }
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
        Self {
            sum: 0.0,
            product: 1.0,
            factors: 0,
        }
    }
}

impl Loss {
    fn add(&mut self, bound: f64, factor: f64) {
        self.sum += bound;
        self.product *= factor;
        self.factors += 1;
        if self.factors == FACTORS {
            *self = Self {
                sum: self.sum + libm::log(self.product),
                ..Self::default()
            };
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
        let mut chunks = vec![RowChunk::new(2), RowChunk::new(2)];
        chunks[0].push(&[0, 0, 1], &weights);
        chunks[0].push(&[0], &weights);
        chunks[1].push(&[], &weights);
        SparseRows::new(chunks, vec![1.0, 1.5], vec![1, 0])
    }

    #[test]
    fn derivatives_are_the_slopes_of_what_they_derive() {
        let (rows, labels, at) = (rows(), [true, false, true], [0.3, -1.2, 0.4]);
        let mut problem = Problem::new(&rows, &labels, 0.7);
        let step = 1e-6;
        for parameter in 0..at.len() {
            let mut moved = |by: f64| {
                let mut point = at;
                point[parameter] += by;
                problem.evaluate(&point)
            };
            let (after, before) = (moved(step), moved(-step));
            let here = problem.evaluate(&at);
            let slope = (after.loss - before.loss) / (2.0 * step);
            assert!(
                (here.gradient[parameter] - slope).abs() < 1e-8,
                "parameter {parameter}: {here:?}, {slope}"
            );
            let mut direction = [0.0; 3];
            direction[parameter] = 1.0;
            let product = problem.product(&direction);
            for ((after, before), product) in
                after.gradient.iter().zip(&before.gradient).zip(product)
            {
                let slope = (after - before) / (2.0 * step);
                assert!(
                    (product - slope).abs() < 1e-8,
                    "parameter {parameter}: {product}, {slope}"
                );
            }
        }
    }

    #[test]
    fn the_curvature_is_the_diagonal_where_no_term_is_repeated() {
        let weights = [1.5, 1.0];
        let mut chunk = RowChunk::new(2);
        chunk.push(&[0, 1], &weights);
        chunk.push(&[1], &weights);
        let rows = SparseRows::new(vec![chunk], vec![1.0, 1.5], vec![1, 0]);
        let mut problem = Problem::new(&rows, &[true, false], 0.7);
        problem.evaluate(&[0.3, -1.2, 0.4]);
        let curvature = problem.curvature();
        for parameter in 0..3 {
            let mut direction = [0.0; 3];
            direction[parameter] = 1.0;
            let product = problem.product(&direction)[parameter];
            assert!(
                (curvature[parameter] - product).abs() < 1e-12,
                "parameter {parameter}: {curvature:?}, {product}"
            );
        }
    }

    #[test]
    fn the_loss_is_that_of_the_dense_rows() {
        let (rows, labels) = (rows(), [true, false, true]);
        let model = LinearModel {
            coefficients: vec![0.3, -1.2],
            intercept: 0.4,
        };
        let dense = rows.to_dense();
        let losses = dense.rows().into_iter().zip(labels).map(|(row, label)| {
            let logit = row[0] * 0.3 - row[1] * 1.2 + 0.4;
            (1.0 + (if label { -logit } else { logit }).exp()).ln()
        });
        let want = losses.sum::<f64>() + 0.35 * (0.3 * 0.3 + 1.2 * 1.2);
        let mut problem = Problem::new(&rows, &labels, 0.7);
        let parameters = problem.parameters(&model);
        assert!((problem.evaluate(&parameters).loss - want).abs() < 1e-12);
        assert_eq!(problem.model(&parameters), model);
    }

    #[test]
    fn columns_beyond_a_page_count_as_the_others_do() {
        let columns = PAGE + 2;
        let last = u32::try_from(PAGE).unwrap() + 1;
        let weights: Vec<f64> = (0..columns)
            .map(|rank| 1.0 + f64::from(u8::from(rank > 2)))
            .collect();
        let order: Vec<u32> = (0..=last).collect();
        let far = |rank| if rank < 3 { rank } else { last - 4 + rank };
        // The same rows with all ranks near, and with two of them behind the first page.
        let rows = |columns: usize, rank: &dyn Fn(u32) -> u32| {
            let mut chunk = RowChunk::new(columns);
            for ranks in [&[0, 2, 3, 4, 4][..], &[4], &[], &[1, 3]] {
                chunk.push(
                    &ranks.iter().map(|&near| rank(near)).collect::<Vec<_>>(),
                    &weights,
                );
            }
            SparseRows::new(
                vec![chunk.by_length()],
                weights[..columns].to_vec(),
                order[..columns].to_vec(),
            )
        };
        let (near, far_rows) = (rows(5, &|rank| rank), rows(columns, &far));
        let ranks: Vec<Vec<u32>> = far_rows.iter().map(|row| row.ranks().collect()).collect();
        assert_eq!(
            ranks,
            [
                vec![],
                vec![last],
                vec![1, last - 1],
                vec![0, 2, last - 1, last, last]
            ]
        );
        assert_eq!((near.entries(), far_rows.entries()), (8, 8));
        let labels = [true, false, false, true];
        let (mut near, mut far_problem) = (
            Problem::new(&near, &labels, 0.7),
            Problem::new(&far_rows, &labels, 0.7),
        );
        let at = [0.5, -1.0, 0.25, 2.0, -0.75, 0.1];
        let mut far_at = vec![0.0; columns + 1];
        let places: Vec<usize> = (0..5)
            .map(|rank| far(rank) as usize)
            .chain([columns])
            .collect();
        for (&place, value) in places.iter().zip(at) {
            far_at[place] = value;
        }
        let picked = |values: &[f64]| {
            places
                .iter()
                .map(|&place| values[place])
                .collect::<Vec<_>>()
        };
        let (here, far_here) = (near.evaluate(&at), far_problem.evaluate(&far_at));
        assert!((here.loss - far_here.loss).abs() < 1e-12);
        let same = |near: &[f64], far: &[f64]| {
            near.iter()
                .zip(far)
                .all(|(near, far)| (near - far).abs() < 1e-12)
        };
        assert!(same(&here.gradient, &picked(&far_here.gradient)));
        assert!(same(&near.curvature(), &picked(&far_problem.curvature())));
        assert!(same(
            &near.product(&at),
            &picked(&far_problem.product(&far_at))
        ));
    }

    #[test]
    fn far_logits_neither_overflow_nor_cancel() {
        for (logit, label, loss, slope) in [
            (1000.0, false, 1000.0, 1.0),
            (1000.0, true, 0.0, 0.0),
            (-1000.0, true, 1000.0, -1.0),
        ] {
            let got = Logistic::of(logit, label);
            assert!(
                (got.bound + got.factor.ln() - loss).abs() < 1e-12,
                "{logit} {label}"
            );
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
