//! `relevance.text::TfIdfLinear`, version 1: the function from raw text to logit as one fused
//! operator.
//!
//! The nodes of the function compute a row as wide as the vocabulary. The operator visits only the
//! terms that occur.

use std::sync::Arc;

use relevance_pipeline::graph::{attribute, domain, operator};
use relevance_pipeline::{FeatureSettings, ScoreBuffer, Scorer};
use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

use super::attributes::{check_domain, token_characters, vocabulary, weights};

/// Operator from texts `[N]`, coefficients `[vocabulary, 1]` and intercept `[1]` to logits `[N]`.
#[derive(Clone, Debug)]
pub(crate) struct TfIdfLinear {
    scorer: Arc<Scorer>,
}

impl PartialEq for TfIdfLinear {
    /// Compares by identity of the numbers, which copies of an operator share.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.scorer, &other.scorer)
    }
}

impl Eq for TfIdfLinear {}

impl TfIdfLinear {
    /// Returns the vocabulary with its weights.
    pub(crate) const fn scorer(&self) -> &Arc<Scorer> {
        &self.scorer
    }
}

/// Reads the operator's attributes.
pub(super) fn build(
    _: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    check_domain(node, domain::TEXT)?;

    let settings = FeatureSettings {
        token_characters: token_characters(node)?,
        ngram_max: node.get_attr(attribute::MAX_GRAM_LENGTH)?,
    };
    let vocabulary = vocabulary(node, &settings)?;
    let idf = weights(node, vocabulary.len())?;
    let operator = TfIdfLinear {
        scorer: Arc::new(Scorer::new(&vocabulary, settings, idf)),
    };

    Ok((inference_wrap(operator, 1, rules), vec![]))
}

fn rules<'p>(
    _: &dyn Op,
    solver: &mut Solver,
    inputs: &'p [TensorProxy],
    outputs: &'p [TensorProxy],
) -> InferenceResult {
    check_input_arity(inputs, 3)?;
    check_output_arity(outputs, 1)?;

    solver.equals(&inputs[0].datum_type, String::datum_type())?;
    solver.equals(&inputs[0].rank, 1)?;
    solver.equals(&inputs[1].datum_type, f32::datum_type())?;
    solver.equals(&inputs[1].rank, 2)?;
    solver.equals(&inputs[2].datum_type, f32::datum_type())?;
    solver.equals(&outputs[0].datum_type, f32::datum_type())?;
    solver.equals(&inputs[0].shape, &outputs[0].shape)
}

impl Op for TfIdfLinear {
    fn name(&self) -> StaticName {
        operator::TF_IDF_LINEAR.into()
    }

    op_as_typed_op!();
}

impl EvalOp for TfIdfLinear {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (texts, coefficients, intercept) = args_3!(inputs);
        let (texts, coefficients) = (texts.try_as_plain_ram()?, coefficients.try_as_plain_ram()?);
        let coefficients = coefficients.as_slice::<f32>()?;
        let intercept = intercept.try_as_plain_ram()?;
        let intercept = *intercept
            .as_slice::<f32>()?
            .first()
            .context("no intercept")?;
        ensure!(
            coefficients.len() == self.scorer.terms(),
            "{} coefficients for {} terms",
            coefficients.len(),
            self.scorer.terms()
        );

        let mut buffer = ScoreBuffer::default();
        #[expect(clippy::cast_possible_truncation, reason = "the graph computes in f32")]
        let logit = |text: &String| {
            let projection = self.scorer.project(text, coefficients, &mut buffer);
            (projection.product + f64::from(intercept)) as f32
        };
        let logits: tract_ndarray::Array1<f32> =
            texts.as_slice::<String>()?.iter().map(logit).collect();

        Ok(tvec!(logits.into_tensor().into_tvalue()))
    }
}

impl TypedOp for TfIdfLinear {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(f32::fact(inputs[0].shape.iter())))
    }

    as_op!();
}
