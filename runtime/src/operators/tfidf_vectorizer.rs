//! `TfIdfVectorizer`, operator set 9, with a pool of strings in the order of the columns and
//! without skips.
//!
//! Follows `core/providers/cpu/nn/tfidfvectorizer.cc` of onnxruntime: n-grams do not cross rows,
//! and padding that is not in the pool matches no term.

use std::sync::Arc;

use relevance_pipeline::graph::{attribute, domain, operator};
use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

use super::attributes::{check_domain, check_unused, weights};
use super::ngram_table::NgramTable;
use super::rules::strings_to;

/// Value of a column for a term that occurs; it is 0 for a term that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Number of occurrences.
    TermFrequency,
    /// Weight of the term.
    InverseDocumentFrequency,
    /// Product of the two.
    TfIdf,
}

/// Operator from tokens `[T]` to weights `[vocabulary]`, or `[N, T]` to `[N, vocabulary]`.
#[derive(Clone, Debug)]
pub(super) struct TfIdfVectorizer {
    mode: Mode,
    min_length: usize,
    max_length: usize,
    table: Arc<NgramTable>,
    weights: Arc<[f32]>,
}

impl PartialEq for TfIdfVectorizer {
    fn eq(&self, other: &Self) -> bool {
        let bits = |weights: &[f32]| {
            weights
                .iter()
                .map(|weight| weight.to_bits())
                .collect::<Vec<_>>()
        };

        self.mode == other.mode
            && (self.min_length, self.max_length) == (other.min_length, other.max_length)
            && self.table == other.table
            && bits(&self.weights) == bits(&other.weights)
    }
}

impl Eq for TfIdfVectorizer {}

/// Reads the operator's attributes.
pub(super) fn build(
    _: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    check_domain(node, domain::STANDARD)?;
    check_unused(
        node,
        "max_skip_count",
        node.get_attr::<i64>("max_skip_count")? == 0,
    )?;
    check_unused(
        node,
        "pool_int64s",
        node.get_attr_opt_vec::<i64>("pool_int64s")?.is_none(),
    )?;

    let mode = match node.get_attr("mode")? {
        "TF" => Mode::TermFrequency,
        "IDF" => Mode::InverseDocumentFrequency,
        "TFIDF" => Mode::TfIdf,
        other => bail!("`mode` is `{other}`, it must be TF, IDF or TFIDF"),
    };
    let min_length = node.get_attr("min_gram_length")?;
    let max_length = node.get_attr(attribute::MAX_GRAM_LENGTH)?;
    ensure!(
        1 <= min_length && min_length <= max_length,
        "`min_gram_length` {min_length} is not 1 to {max_length}"
    );

    let table = NgramTable::read(node, max_length)?;
    let weights = match node.get_attr_opt_vec::<f32>(attribute::WEIGHTS)? {
        Some(_) => weights(node, table.len())?,
        None => vec![1.0; table.len()],
    };

    let operator = TfIdfVectorizer {
        mode,
        min_length,
        max_length,
        table: table.into(),
        weights: weights.into(),
    };
    Ok((inference_wrap(operator, 1, rules), vec![]))
}

fn rules<'p>(
    _: &dyn Op,
    solver: &mut Solver,
    inputs: &'p [TensorProxy],
    outputs: &'p [TensorProxy],
) -> InferenceResult {
    strings_to(f32::datum_type(), solver, inputs, outputs)?;
    solver.equals(&inputs[0].rank, &outputs[0].rank)
}

impl TfIdfVectorizer {
    /// Adds the occurrences of terms in `tokens` to `row`, `[vocabulary]`.
    fn count(&self, tokens: &[String], row: &mut [f32]) {
        let numbers = self.table.numbers(tokens);
        let lengths = self.min_length..=self.max_length;
        self.table
            .find(&numbers, lengths, |column| row[column] += 1.0);
    }

    /// Converts counts to the values of the mode.
    fn weigh(&self, row: &mut [f32]) {
        let cells = row.iter_mut().zip(self.weights.iter());
        for (cell, weight) in cells.filter(|(cell, _)| **cell > 0.0) {
            match self.mode {
                Mode::TermFrequency => {}
                Mode::InverseDocumentFrequency => *cell = *weight,
                Mode::TfIdf => *cell *= weight,
            }
        }
    }
}

impl Op for TfIdfVectorizer {
    fn name(&self) -> StaticName {
        operator::TF_IDF_VECTORIZER.into()
    }

    op_as_typed_op!();
}

impl EvalOp for TfIdfVectorizer {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = args_1!(inputs);
        let mut shape: TVec<usize> = input.shape().into();
        let length = shape
            .pop()
            .context("TfIdfVectorizer takes [T] or [N, T], got a scalar")?;
        let rows: usize = shape.iter().product();
        let columns = self.weights.len();
        shape.push(columns);

        let mut cells = vec![0.0; rows * columns];
        let tokens = input.try_as_plain_ram()?;
        let tokens = tokens.as_slice::<String>()?;
        for (index, row) in cells.chunks_exact_mut(columns).enumerate() {
            self.count(&tokens[index * length..][..length], row);
            self.weigh(row);
        }

        Ok(tvec!(
            tract_ndarray::ArrayD::from_shape_vec(&*shape, cells)?
                .into_tensor()
                .into_tvalue()
        ))
    }
}

impl TypedOp for TfIdfVectorizer {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let rank = inputs[0].rank();
        ensure!(
            rank == 1 || rank == 2,
            "TfIdfVectorizer takes [T] or [N, T], got rank {rank}"
        );
        let mut shape: TVec<TDim> = inputs[0].shape.iter().cloned().collect();
        shape[rank - 1] = self.weights.len().to_dim();
        Ok(tvec!(f32::fact(shape)))
    }

    as_op!();
}
