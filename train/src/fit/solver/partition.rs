//! Partial sums of the objective and its derivatives over a fixed part of the rows.

use std::ops::Range;

use super::kernel::{BLOCK_ROWS, Power, add_to_columns, row_sums};
use super::loss::{LogisticLoss, LossSum};
use crate::fit::rows::RowChunk;
use crate::fit::targets::Targets;

/// Some of the rows with the targets of their texts, and buffers that are reused from sum to sum.
///
/// Derivatives are by the scaled coefficients (coefficient × idf). Those by the intercept are
/// returned; the others are left in `column_sums`.
pub(super) struct Partition<'a> {
    chunks: Vec<(&'a RowChunk, Targets<'a>)>,
    /// Sums by rank, padded with zeros to whole column blocks: `[column blocks × BLOCK_COLUMNS]`.
    column_sums: Vec<f64>,
    /// Second derivative of each row's weighted loss by its logit at the last evaluated point: `[rows]`.
    hessian_weights: Vec<f64>,
}

/// Rows that are processed together.
struct RowBlock<'a> {
    chunk: &'a RowChunk,
    targets: Targets<'a>,
    /// Indexes of the rows in the chunk.
    rows: Range<usize>,
    /// Indexes of the rows in the partition.
    partition_rows: Range<usize>,
}

/// Loss of a partition and its derivative by the intercept.
pub(super) struct PartialLoss {
    pub(super) loss: f64,
    pub(super) intercept_gradient: f64,
}

impl<'a> Partition<'a> {
    /// Takes chunks with their targets; `width` is the number of columns, padded to whole column
    /// blocks.
    pub(super) fn new(chunks: &[(&'a RowChunk, Targets<'a>)], width: usize) -> Self {
        Self {
            chunks: chunks.to_vec(),
            column_sums: vec![0.0; width],
            hessian_weights: Vec::new(),
        }
    }

    /// Derivatives by the scaled coefficients: by rank, with padding.
    pub(super) fn column_sums(&self) -> &[f64] {
        &self.column_sums
    }

    /// Sets the sums of these ranks to zero; those of others are never changed.
    fn clear(&mut self, ranks: &[Range<usize>]) {
        for ranks in ranks {
            self.column_sums[ranks.clone()].fill(0.0);
        }
    }

    /// Computes loss, gradient and Hessian weights; `ranks` are those that have columns.
    pub(super) fn evaluate(
        &mut self,
        scaled_coefficients: &[f64],
        ranks: &[Range<usize>],
        intercept: f64,
    ) -> PartialLoss {
        self.clear(ranks);
        self.hessian_weights.clear();
        let (mut loss_sum, mut intercept_gradient) = (LossSum::default(), 0.0);

        for block in row_blocks(&self.chunks) {
            let RowBlock {
                chunk,
                targets,
                rows,
                ..
            } = block;
            let sums = row_sums(scaled_coefficients, chunk, &rows);
            let texts = &chunk.texts()[rows.clone()];

            let mut row_gradients = [0.0; BLOCK_ROWS];
            let entries = sums.iter().zip(texts);
            let weights = entries
                .zip(&mut row_gradients)
                .map(|((sum, &text), row_gradient)| {
                    let logit = sum + intercept;
                    let loss = LogisticLoss::new(logit, targets.labels[text as usize]);
                    let weight = targets.weight(text as usize);
                    loss_sum.add(&loss, weight);
                    let gradient = weight * loss.gradient;
                    intercept_gradient += gradient;
                    *row_gradient = gradient;
                    weight * loss.hessian_weight
                });
            self.hessian_weights.extend(weights);

            add_to_columns(
                &mut self.column_sums,
                chunk,
                &rows,
                &row_gradients,
                Power::One,
            );
        }
        PartialLoss {
            loss: loss_sum.total(),
            intercept_gradient,
        }
    }

    /// Computes the diagonal of the Hessian at the last evaluated point; returns the entry of the
    /// intercept.
    pub(super) fn hessian_diagonal(&mut self, ranks: &[Range<usize>]) -> f64 {
        self.clear(ranks);

        for block in row_blocks(&self.chunks) {
            let RowBlock { chunk, rows, .. } = block;
            let weights = &self.hessian_weights[block.partition_rows];

            let mut row_values = [0.0; BLOCK_ROWS];
            row_values[..weights.len()].copy_from_slice(weights);
            add_to_columns(&mut self.column_sums, chunk, &rows, &row_values, Power::Two);
        }
        self.hessian_weights.iter().sum()
    }

    /// Computes the Hessian-vector product `X' D X v` at the last evaluated point, where `D` has
    /// the Hessian weights; returns the entry of the intercept.
    pub(super) fn hessian_vector_product(
        &mut self,
        scaled_direction: &[f64],
        ranks: &[Range<usize>],
        intercept: f64,
    ) -> f64 {
        self.clear(ranks);
        let mut intercept_product = 0.0;

        for block in row_blocks(&self.chunks) {
            let RowBlock { chunk, rows, .. } = block;
            let weights = &self.hessian_weights[block.partition_rows];

            let mut row_values = row_sums(scaled_direction, chunk, &rows);
            for (value, weight) in row_values.iter_mut().zip(weights) {
                let product = weight * (*value + intercept);
                intercept_product += product;
                *value = product;
            }
            add_to_columns(&mut self.column_sums, chunk, &rows, &row_values, Power::One);
        }
        intercept_product
    }
}

/// The rows of the chunks in their order, [`BLOCK_ROWS`] at a time.
fn row_blocks<'a>(chunks: &[(&'a RowChunk, Targets<'a>)]) -> impl Iterator<Item = RowBlock<'a>> {
    let mut next = 0;
    chunks.iter().flat_map(move |&(chunk, targets)| {
        let first = next;
        next += chunk.len();

        (0..chunk.len()).step_by(BLOCK_ROWS).map(move |start| {
            let rows = start..chunk.len().min(start + BLOCK_ROWS);
            RowBlock {
                chunk,
                targets,
                partition_rows: first + rows.start..first + rows.end,
                rows,
            }
        })
    })
}
