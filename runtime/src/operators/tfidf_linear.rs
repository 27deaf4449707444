//! The functions of `relevance.text`, version 1, from raw text to logit as one fused operator:
//! `TfIdfLinear`, `CharacterTfIdfLinear` and `UnionTfIdfLinear`.
//!
//! The nodes of a function compute a row as wide as the vocabulary. The operator visits only the
//! terms that occur.

use std::sync::Arc;

use relevance_pipeline::graph::{CHARACTER_CALL, WORD_CALL, attribute, domain, operator, tensor};
use relevance_pipeline::{
    CharacterScorer, CharacterSettings, Coefficients, FeatureSettings, ScoreBuffer, Scorer,
    WordScorer,
};
use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

use super::attributes::{
    character_vocabulary, check_domain, token_characters, vocabulary, weights,
};

/// Operator from texts `[N]`, the tensors of the linear model and intercept `[1]` to logits `[N]`.
///
/// The tensors are the coefficients `[vocabulary, 1]`, if there are terms of tokens, and inverse
/// document frequencies `[ngrams]` and coefficients `[ngrams, 1]`, if there are character n-grams.
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

    /// Returns the coefficients and the intercept among the values of the inputs, `[inputs]`.
    ///
    /// # Errors
    /// When an input is missing or has another length than the vocabulary.
    pub(crate) fn linear_model<'a>(
        &self,
        inputs: &[&'a [f32]],
    ) -> TractResult<(Coefficients<'a>, f32)> {
        let last = inputs.len().saturating_sub(1);
        let input = |index: usize| inputs.get(index).copied().context("an input is missing");
        let words = match self.scorer.words() {
            None => &[],
            Some(scorer) => checked(input(1)?, scorer.terms())?,
        };
        let characters = match self.scorer.characters() {
            None => &[],
            Some(scorer) => checked(input(last.saturating_sub(1))?, scorer.ngrams())?,
        };

        let intercept = *input(last)?.first().context("no intercept")?;
        Ok((Coefficients { words, characters }, intercept))
    }
}

fn checked(coefficients: &[f32], terms: usize) -> TractResult<&[f32]> {
    ensure!(
        coefficients.len() == terms,
        "{} coefficients for {terms} terms",
        coefficients.len()
    );
    Ok(coefficients)
}

/// Reads the operator's attributes, and the inverse document frequencies of the character n-grams,
/// which must be a tensor of the graph.
pub(super) fn build(
    context: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    check_domain(node, domain::TEXT)?;

    let words = (node.op_type != CHARACTER_CALL.operator)
        .then(|| word_scorer(node))
        .transpose()?;
    let characters = (node.op_type != WORD_CALL.operator)
        .then(|| character_scorer(context, node))
        .transpose()?;
    let operator = TfIdfLinear {
        scorer: Arc::new(Scorer::new(words, characters)),
    };

    Ok((inference_wrap(operator, 1, rules), vec![]))
}

fn word_scorer(node: &NodeProto) -> TractResult<WordScorer> {
    let settings = FeatureSettings {
        token_characters: token_characters(node)?,
        ngram_max: node.get_attr(attribute::MAX_GRAM_LENGTH)?,
    };
    let vocabulary = vocabulary(node, &settings)?;
    let idf = weights(node, vocabulary.len())?;

    Ok(WordScorer::new(&vocabulary, settings, idf))
}

fn character_scorer(context: &ParsingContext, node: &NodeProto) -> TractResult<CharacterScorer> {
    let settings = CharacterSettings {
        ngram_min: node.get_attr(attribute::CHARACTER_MIN_LENGTH)?,
        ngram_max: node.get_attr(attribute::CHARACTER_MAX_LENGTH)?,
    };
    let vocabulary = character_vocabulary(node, settings)?;

    // The other inputs are constants too, but this one is needed before the graph is planned.
    let name = tensor::CHARACTER_IDF;
    let idf = context
        .model
        .graph
        .iter()
        .flat_map(|graph| &graph.initializer)
        .find(|tensor| tensor.name == name && node.input.contains(&tensor.name))
        .with_context(|| format!("the graph has no tensor `{name}`"))?;
    let (idf, rest) = idf.raw_data.as_chunks::<4>();
    ensure!(
        rest.is_empty() && idf.len() == vocabulary.len(),
        "`{name}` has {} numbers for {} n-grams",
        idf.len(),
        vocabulary.len()
    );

    let idf = idf.iter().copied().map(f32::from_le_bytes).collect();
    Ok(CharacterScorer::new(&vocabulary, settings, idf))
}

fn rules<'p>(
    _: &dyn Op,
    solver: &mut Solver,
    inputs: &'p [TensorProxy],
    outputs: &'p [TensorProxy],
) -> InferenceResult {
    ensure!(
        (3..=5).contains(&inputs.len()),
        "the operator takes 3 to 5 inputs, got {}",
        inputs.len()
    );
    check_output_arity(outputs, 1)?;

    solver.equals(&inputs[0].datum_type, String::datum_type())?;
    solver.equals(&inputs[0].rank, 1)?;
    for input in &inputs[1..] {
        solver.equals(&input.datum_type, f32::datum_type())?;
    }
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
        let tensors: Vec<_> = inputs[1..]
            .iter()
            .map(|input| input.try_as_plain_ram())
            .collect::<TractResult<_>>()?;
        let mut numbers: Vec<&[f32]> = vec![&[]];
        for tensor in &tensors {
            numbers.push(tensor.as_slice::<f32>()?);
        }
        let (coefficients, intercept) = self.linear_model(&numbers)?;
        let texts = inputs[0].try_as_plain_ram()?;

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
