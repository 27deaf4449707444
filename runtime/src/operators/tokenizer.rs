//! `com.microsoft::Tokenizer`, version 1, with `tokenexp` and without marks.
//!
//! Follows `contrib_ops/cpu/tokenizer.cc` of onnxruntime: rows are padded on the right to the
//! length of the longest, and the last dimension is 0 when no row has a token.

use relevance_pipeline::graph::{CHARACTER_PATTERN, attribute, domain, operator};
use relevance_pipeline::{TokenCharacters, tokens};
use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

use super::attributes::{check_domain, check_unused, token_characters};
use super::rules::strings_to;

/// Operator from strings `[N]` to tokens `[N, T]`, or `[N, C]` to `[N, C, T]`; T is the length of
/// the longest row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tokenizer {
    pattern: Pattern,
    min_characters: usize,
    padding: String,
    width: Symbol,
}

/// Pattern of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    /// A run of token characters.
    Run(TokenCharacters),
    /// One character.
    Character,
}

impl Pattern {
    fn read(node: &NodeProto) -> TractResult<Self> {
        let pattern: String = node.get_attr(attribute::TOKEN_PATTERN)?;
        if pattern == CHARACTER_PATTERN {
            return Ok(Self::Character);
        }

        Ok(Self::Run(token_characters(node)?))
    }

    fn tokens(self, text: &str) -> Vec<&str> {
        match self {
            Self::Run(characters) => tokens(text, characters).collect(),
            Self::Character => text
                .char_indices()
                .map(|(start, character)| &text[start..start + character.len_utf8()])
                .collect(),
        }
    }
}

/// Reads the operator's attributes.
pub(super) fn build(
    context: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    check_domain(node, domain::MICROSOFT)?;
    check_unused(node, "mark", node.get_attr::<i64>("mark")? == 0)?;
    check_unused(
        node,
        "separators",
        node.get_attr_opt_vec::<String>("separators")?.is_none(),
    )?;
    let min_characters: usize = node.get_attr("mincharnum")?;
    ensure!(
        min_characters > 0,
        "`mincharnum` is 0, it must be 1 or more"
    );

    let operator = Tokenizer {
        pattern: Pattern::read(node)?,
        min_characters,
        padding: node.get_attr("pad_value")?,
        width: context.template.symbols.new_with_prefix("tokens"),
    };
    Ok((inference_wrap(operator, 1, rules), vec![]))
}

fn rules<'p>(
    _: &dyn Op,
    solver: &mut Solver,
    inputs: &'p [TensorProxy],
    outputs: &'p [TensorProxy],
) -> InferenceResult {
    strings_to(String::datum_type(), solver, inputs, outputs)?;
    solver.equals(inputs[0].rank.bex() + 1, &outputs[0].rank)
}

impl Tokenizer {
    fn row<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut tokens = self.pattern.tokens(text);
        tokens.retain(|token| token.chars().count() >= self.min_characters);

        tokens
    }
}

impl Op for Tokenizer {
    fn name(&self) -> StaticName {
        operator::TOKENIZER.into()
    }

    fn mints_runtime_symbols(&self) -> bool {
        true
    }

    op_as_typed_op!();
}

impl EvalOp for Tokenizer {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = args_1!(inputs);
        let texts = input.try_as_plain_ram()?;
        let rows: Vec<Vec<&str>> = texts
            .as_slice::<String>()?
            .iter()
            .map(|text| self.row(text))
            .collect();

        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut cells = Vec::with_capacity(rows.len() * width);
        for row in &rows {
            cells.extend(row.iter().map(ToString::to_string));
            cells.resize(cells.len() + width - row.len(), self.padding.clone());
        }

        let mut shape: TVec<usize> = input.shape().into();
        shape.push(width);
        Ok(tvec!(
            tract_ndarray::ArrayD::from_shape_vec(&*shape, cells)?
                .into_tensor()
                .into_tvalue()
        ))
    }
}

impl TypedOp for Tokenizer {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let rank = inputs[0].rank();
        ensure!(
            rank == 1 || rank == 2,
            "Tokenizer takes [N] or [N, C], got rank {rank}"
        );

        let mut shape: TVec<TDim> = inputs[0].shape.iter().cloned().collect();
        shape.push(self.width.to_dim());
        Ok(tvec!(String::datum_type().fact(shape)))
    }

    as_op!();
}
