//! The objective of logistic regression with an L2 penalty, and its derivatives.

use rayon::prelude::*;

use super::kernel::add_scaled;
use super::linear_model::LinearModel;
use super::newton::{LossAndGradient, Objective};
use super::partition::{PartialLoss, Partition};
use super::variables::Variables;
use crate::fit::rows::{BLOCK_COLUMNS, NO_COLUMN, SparseRows};
use crate::fit::targets::Targets;

/// Most partial sums that are held at once.
const MAX_PARTITIONS: usize = 16;
/// Average entries of a column in a partition, at least: adding the partitions up is then cheap.
const MIN_COLUMN_ENTRIES: usize = 16;
/// Columns whose partial sums one thread adds up.
const COLUMNS_PER_TASK: usize = 4096;

/// The objective over the parameters `[variables + 1]`: the coefficients by rank, as far as ranks
/// have columns, then the intercept.
///
/// With the entries `x` of a row, its label `y`, -1 or 1, and the logit `z = w x + b` (Hastie,
/// Tibshirani and Friedman, The Elements of Statistical Learning, 2009, section 4.4)
/// and the weight `c` of a row, which is 1 unless the targets have weights:
///
/// - loss: `sum c ln(1 + exp(-y z)) + alpha / 2 * |w|^2`
/// - gradient: `X' g + alpha w`, with `g = -c y / (1 + exp(y z))`
/// - Hessian: `X' D X + alpha I`, with the Hessian weights `D = c p (1 - p)` and `p = 1 / (1 +
///   exp(-z))`
///
/// An entry is count × idf / norm. Coefficients are scaled by idf once for each pass and a row's
/// sum by 1 / norm, so that an entry costs one addition for each occurrence of its term.
///
/// Partial sums are those of fixed partitions of the rows and are added in their order, so that the
/// result does not depend on the number of threads.
pub(super) struct LogisticObjective<'a> {
    rows: &'a SparseRows,
    partitions: Vec<Partition<'a>>,
    variables: Variables,
    /// Inverse document frequencies by rank: `[variables]`.
    idf: Vec<f64>,
    /// Weight of the penalty.
    alpha: f64,
    /// Coefficient × idf by rank, padded with zeros to whole column blocks: `[column blocks ×
    /// BLOCK_COLUMNS]`.
    scaled: Vec<f64>,
}

impl<'a> LogisticObjective<'a> {
    /// Takes the rows and the target of each text.
    pub(super) fn new(rows: &'a SparseRows, targets: impl Into<Targets<'a>>, alpha: f64) -> Self {
        let width = rows.columns().len().next_multiple_of(BLOCK_COLUMNS);
        let labelled = rows.labelled(targets.into());

        // A power of two, as the number of chunks is for many rows: partitions then have one size.
        let partitions = (rows.entries() / (MIN_COLUMN_ENTRIES * rows.column_count()))
            .clamp(2, MAX_PARTITIONS)
            .next_power_of_two();
        let partition_chunks = labelled.len().div_ceil(partitions).max(1);
        let variables = Variables::new(rows.columns());

        Self {
            rows,
            partitions: labelled
                .chunks(partition_chunks)
                .map(|chunks| Partition::new(chunks, width))
                .collect(),
            idf: order_by_rank(rows, &variables, rows.idf()),
            variables,
            alpha,
            scaled: vec![0.0; width],
        }
    }

    /// Parameters of a model that predicts one half for every row.
    pub(super) fn start(&self) -> Vec<f64> {
        vec![0.0; self.variables.len() + 1]
    }

    /// Parameters of a model.
    pub(super) fn parameters(&self, model: &LinearModel) -> Vec<f64> {
        let mut parameters = order_by_rank(self.rows, &self.variables, &model.coefficients);
        parameters.push(model.intercept);
        parameters
    }

    /// Model with these parameters.
    pub(super) fn model(&self, parameters: &[f64]) -> LinearModel {
        let (intercept, by_rank) = split_intercept(parameters);
        let mut coefficients = vec![0.0; self.rows.column_count()];
        let columns = self.variables.select(self.rows.columns());
        for (&column, &coefficient) in columns.zip(by_rank) {
            if column != NO_COLUMN {
                coefficients[column as usize] = coefficient;
            }
        }

        LinearModel {
            coefficients,
            intercept,
        }
    }

    /// Scales the coefficients among `parameters` by idf; returns the intercept.
    fn scale(&mut self, parameters: &[f64]) -> f64 {
        let (intercept, coefficients) = split_intercept(parameters);
        let mut products = coefficients.iter().zip(&self.idf);
        for ranks in self.variables.ranks() {
            let scaled = self.scaled[ranks.clone()].iter_mut();
            for (scaled, (coefficient, idf)) in scaled.zip(&mut products) {
                *scaled = coefficient * idf;
            }
        }
        intercept
    }

    /// Adds up the column sums of the partitions, multiplies each by `idf_factor` of its idf and
    /// adds its `penalty`.
    ///
    /// The entry of the intercept, which bears no penalty, comes last.
    fn add_partitions(
        &self,
        idf_factor: impl Fn(f64) -> f64 + Sync,
        penalty: impl Fn(usize) -> f64 + Sync,
        intercept_entry: f64,
    ) -> Vec<f64> {
        let mut total = vec![0.0; self.idf.len() + 1];
        total[self.idf.len()] = intercept_entry;

        let mut next = 0;
        for ranks in self.variables.ranks() {
            let first = next;
            next += ranks.len();

            total[first..next]
                .par_chunks_mut(COLUMNS_PER_TASK)
                .zip(self.idf[first..next].par_chunks(COLUMNS_PER_TASK))
                .enumerate()
                .for_each(|(task, (sums, idf))| {
                    let offset = task * COLUMNS_PER_TASK;
                    self.add_column_sums(ranks.start + offset, sums);
                    for ((sum, idf), variable) in sums.iter_mut().zip(idf).zip(first + offset..) {
                        *sum = *sum * idf_factor(*idf) + penalty(variable);
                    }
                });
        }
        total
    }

    /// Adds the column sums of each partition, from a rank on.
    fn add_column_sums(&self, rank: usize, sums: &mut [f64]) {
        for partition in &self.partitions {
            let partial = &partition.column_sums()[rank..rank + sums.len()];
            add_scaled(sums, 1.0, partial);
        }
    }
}

impl Objective for LogisticObjective<'_> {
    fn evaluate(&mut self, point: &[f64]) -> LossAndGradient {
        let intercept = self.scale(point);
        let (scaled, ranks) = (&self.scaled, self.variables.ranks());
        let partials: Vec<PartialLoss> = self
            .partitions
            .par_iter_mut()
            .map(|partition| partition.evaluate(scaled, ranks, intercept))
            .collect();

        let squared_norm: f64 = point[..self.idf.len()]
            .iter()
            .map(|coefficient| coefficient * coefficient)
            .sum();
        let row_losses: f64 = partials.iter().map(|partial| partial.loss).sum();
        let loss = row_losses + 0.5 * self.alpha * squared_norm;

        let intercept_gradient = partials
            .iter()
            .map(|partial| partial.intercept_gradient)
            .sum();
        let penalty = |variable: usize| self.alpha * point[variable];
        let gradient = self.add_partitions(|idf| idf, penalty, intercept_gradient);
        LossAndGradient { loss, gradient }
    }

    /// Approximate: several occurrences of a term in a text count as if they were in different
    /// texts.
    fn hessian_diagonal(&mut self) -> Vec<f64> {
        let ranks = self.variables.ranks();
        let partials: Vec<f64> = self
            .partitions
            .par_iter_mut()
            .map(|partition| partition.hessian_diagonal(ranks))
            .collect();

        // Logits so large that every Hessian weight underflows would leave a zero.
        let intercept_entry = partials
            .into_iter()
            .sum::<f64>()
            .max(f64::MIN_POSITIVE.sqrt());
        self.add_partitions(|idf| idf * idf, |_| self.alpha, intercept_entry)
    }

    fn hessian_vector_product(&mut self, direction: &[f64]) -> Vec<f64> {
        let intercept = self.scale(direction);
        let (scaled, ranks) = (&self.scaled, self.variables.ranks());
        let partials: Vec<f64> = self
            .partitions
            .par_iter_mut()
            .map(|partition| partition.hessian_vector_product(scaled, ranks, intercept))
            .collect();

        let penalty = |variable: usize| self.alpha * direction[variable];
        self.add_partitions(|idf| idf, penalty, partials.into_iter().sum())
    }
}

/// Reorders values by column to those of the variables, 0 for one without a column.
fn order_by_rank(rows: &SparseRows, variables: &Variables, by_column: &[f64]) -> Vec<f64> {
    let value = |&column: &u32| {
        if column == NO_COLUMN {
            0.0
        } else {
            by_column[column as usize]
        }
    };
    variables.select(rows.columns()).map(value).collect()
}

fn split_intercept(parameters: &[f64]) -> (f64, &[f64]) {
    let (&intercept, coefficients) = parameters
        .split_last()
        .expect("parameters include the intercept");
    (intercept, coefficients)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::rows::RowChunk;

    fn rows() -> SparseRows {
        // By rank; the columns have the opposite order.
        let weights = [1.5, 1.0];
        let mut chunks = vec![RowChunk::new(2), RowChunk::new(2)];
        chunks[0].push(&[0, 0, 1], &weights);
        chunks[0].push(&[0], &weights);
        chunks[1].push(&[], &weights);
        SparseRows::new(chunks, vec![1.0, 1.5], vec![1, 0])
    }

    #[test]
    fn derivatives_agree_with_finite_differences() {
        let (rows, labels, at) = (rows(), [true, false, true], [0.3, -1.2, 0.4]);
        let mut objective = LogisticObjective::new(&rows, labels.as_slice(), 0.7);
        let step = 1e-6;

        for parameter in 0..at.len() {
            let mut shifted = |by: f64| {
                let mut point = at;
                point[parameter] += by;
                objective.evaluate(&point)
            };
            let (after, before) = (shifted(step), shifted(-step));
            let here = objective.evaluate(&at);

            let difference = (after.loss - before.loss) / (2.0 * step);
            assert!(
                (here.gradient[parameter] - difference).abs() < 1e-8,
                "parameter {parameter}: {here:?}, {difference}"
            );

            let mut direction = [0.0; 3];
            direction[parameter] = 1.0;
            let product = objective.hessian_vector_product(&direction);
            for ((after, before), product) in
                after.gradient.iter().zip(&before.gradient).zip(product)
            {
                let difference = (after - before) / (2.0 * step);
                assert!(
                    (product - difference).abs() < 1e-8,
                    "parameter {parameter}: {product}, {difference}"
                );
            }
        }
    }

    #[test]
    fn weights_count_a_row_as_so_many_copies() {
        let weights = [1.5, 1.0];
        let ranks = [&[0, 0, 1][..], &[0], &[]];
        let chunk = |copies: [usize; 3]| {
            let mut chunk = RowChunk::new(2);
            for (ranks, copies) in ranks.iter().zip(copies) {
                (0..copies).for_each(|_| chunk.push(ranks, &weights));
            }
            SparseRows::new(vec![chunk], vec![1.0, 1.5], vec![1, 0])
        };
        let (single, copied) = (chunk([1; 3]), chunk([2, 0, 3]));
        let labels = [true, false, true];
        let targets = Targets {
            labels: &labels,
            weights: Some(&[2.0, 0.0, 3.0]),
        };
        let mut weighted = LogisticObjective::new(&single, targets, 0.7);
        let mut repeated = LogisticObjective::new(&copied, [true; 5].as_slice(), 0.7);

        let at = [0.3, -1.2, 0.4];
        let (left, right) = (weighted.evaluate(&at), repeated.evaluate(&at));
        assert!((left.loss - right.loss).abs() < 1e-12);
        for (left, right) in [
            (left.gradient, right.gradient),
            (weighted.hessian_diagonal(), repeated.hessian_diagonal()),
            (
                weighted.hessian_vector_product(&at),
                repeated.hessian_vector_product(&at),
            ),
        ] {
            let difference = left
                .iter()
                .zip(&right)
                .map(|(left, right)| (left - right).abs());
            assert!(
                difference.fold(0.0, f64::max) < 1e-12,
                "{left:?}, {right:?}"
            );
        }
    }

    #[test]
    fn the_hessian_diagonal_is_exact_where_no_term_is_repeated() {
        let weights = [1.5, 1.0];
        let mut chunk = RowChunk::new(2);
        chunk.push(&[0, 1], &weights);
        chunk.push(&[1], &weights);
        let rows = SparseRows::new(vec![chunk], vec![1.0, 1.5], vec![1, 0]);
        let mut objective = LogisticObjective::new(&rows, [true, false].as_slice(), 0.7);
        objective.evaluate(&[0.3, -1.2, 0.4]);
        let diagonal = objective.hessian_diagonal();

        for parameter in 0..3 {
            let mut direction = [0.0; 3];
            direction[parameter] = 1.0;
            let product = objective.hessian_vector_product(&direction)[parameter];
            assert!(
                (diagonal[parameter] - product).abs() < 1e-12,
                "parameter {parameter}: {diagonal:?}, {product}"
            );
        }
    }

    #[test]
    fn the_loss_agrees_with_dense_rows() {
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
        let mut objective = LogisticObjective::new(&rows, labels.as_slice(), 0.7);
        let parameters = objective.parameters(&model);

        assert!((objective.evaluate(&parameters).loss - want).abs() < 1e-12);
        assert_eq!(objective.model(&parameters), model);
    }

    /// Four rows over `columns` columns; `rank` maps five small ranks to those of the rows.
    fn four_rows(columns: usize, rank: impl Fn(u32) -> u32) -> SparseRows {
        let idf: Vec<f64> = (0..columns)
            .map(|rank| if rank > 2 { 2.0 } else { 1.0 })
            .collect();
        let mut chunk = RowChunk::new(columns);
        for small_ranks in [&[0, 2, 3, 4, 4][..], &[4], &[], &[1, 3]] {
            let ranks: Vec<u32> = small_ranks.iter().map(|&small| rank(small)).collect();
            chunk.push(&ranks, &idf);
        }

        let columns = (0..).zip(&idf).map(|(column, _)| column).collect();
        SparseRows::new(vec![chunk.by_length()], idf, columns)
    }

    #[test]
    fn columns_beyond_the_first_block_count_as_the_others_do() {
        let columns = BLOCK_COLUMNS + 2;
        let last = u32::try_from(BLOCK_COLUMNS).unwrap() + 1;
        // Two of five ranks are beyond the first column block.
        let far_rank = |rank| if rank < 3 { rank } else { last - 4 + rank };
        let near_rows = four_rows(5, |rank| rank);
        let far_rows = four_rows(columns, far_rank);

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
        assert_eq!((near_rows.entries(), far_rows.entries()), (8, 8));

        let labels = [true, false, false, true];
        let mut near = LogisticObjective::new(&near_rows, labels.as_slice(), 0.7);
        let mut far = LogisticObjective::new(&far_rows, labels.as_slice(), 0.7);
        let near_point = [0.5, -1.0, 0.25, 2.0, -0.75, 0.1];
        let intercept = columns;
        let far_indexes: Vec<usize> = (0..5)
            .map(|rank| far_rank(rank) as usize)
            .chain([intercept])
            .collect();
        let mut far_point = vec![0.0; columns + 1];
        for (&index, value) in far_indexes.iter().zip(near_point) {
            far_point[index] = value;
        }

        let assert_same = |near: &[f64], far: &[f64]| {
            for (near, &index) in near.iter().zip(&far_indexes) {
                assert!((near - far[index]).abs() < 1e-12, "{near}, {}", far[index]);
            }
        };
        let (near_value, far_value) = (near.evaluate(&near_point), far.evaluate(&far_point));
        assert!((near_value.loss - far_value.loss).abs() < 1e-12);
        assert_same(&near_value.gradient, &far_value.gradient);
        assert_same(&near.hessian_diagonal(), &far.hessian_diagonal());
        assert_same(
            &near.hessian_vector_product(&near_point),
            &far.hessian_vector_product(&far_point),
        );
    }
}
