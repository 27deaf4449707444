//! `StringNormalizer`, operator set 10, with the locale `C` and without stop words.
//!
//! Follows `core/providers/cpu/text/string_normalizer.cc` of onnxruntime: the input is `[C]` or
//! `[1, C]` and not empty.

use relevance_pipeline::graph::{domain, operator};
use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

use super::attributes::{check_domain, check_unused};
use super::rules::strings_to;

/// Case of the output; in the locale `C` only ASCII letters have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseChange {
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// Case of the input.
    None,
}

/// Operator from strings `[C]` or `[1, C]` to strings of the same shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StringNormalizer {
    case_change: CaseChange,
}

/// Reads the operator's attributes.
pub(super) fn build(
    _: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    check_domain(node, domain::STANDARD)?;

    let case_change = match node
        .get_attr_opt::<&str>("case_change_action")?
        .unwrap_or("NONE")
    {
        "LOWER" => CaseChange::Lower,
        "UPPER" => CaseChange::Upper,
        "NONE" => CaseChange::None,
        other => bail!("`case_change_action` is `{other}`, it must be LOWER, UPPER or NONE"),
    };

    // The specification leaves the default locale to the platform, and most containers lack it.
    let locale: Option<&str> = node.get_attr_opt("locale")?;
    check_unused(
        node,
        "locale",
        case_change == CaseChange::None || matches!(locale, Some("C" | "POSIX")),
    )?;
    check_unused(
        node,
        "stopwords",
        node.get_attr_opt_vec::<String>("stopwords")?
            .is_none_or(|words| words.is_empty()),
    )?;

    Ok((
        inference_wrap(StringNormalizer { case_change }, 1, rules),
        vec![],
    ))
}

fn rules<'p>(
    _: &dyn Op,
    solver: &mut Solver,
    inputs: &'p [TensorProxy],
    outputs: &'p [TensorProxy],
) -> InferenceResult {
    strings_to(String::datum_type(), solver, inputs, outputs)?;
    solver.equals(&inputs[0].shape, &outputs[0].shape)
}

impl StringNormalizer {
    fn normalize(&self, text: &str) -> String {
        match self.case_change {
            CaseChange::Lower => text.to_ascii_lowercase(),
            CaseChange::Upper => text.to_ascii_uppercase(),
            CaseChange::None => text.to_owned(),
        }
    }
}

impl Op for StringNormalizer {
    fn name(&self) -> StaticName {
        operator::STRING_NORMALIZER.into()
    }

    op_as_typed_op!();
}

impl EvalOp for StringNormalizer {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = args_1!(inputs);
        let shape = input.shape();
        ensure!(
            matches!(*shape, [columns] | [1, columns] if columns > 0),
            "StringNormalizer takes [C] or [1, C] with C of 1 or more, got {shape:?}"
        );

        let texts = input.try_as_plain_ram()?;
        let normalized: Vec<String> = texts
            .as_slice::<String>()?
            .iter()
            .map(|text| self.normalize(text))
            .collect();

        Ok(tvec!(
            tract_ndarray::ArrayD::from_shape_vec(shape, normalized)?
                .into_tensor()
                .into_tvalue()
        ))
    }
}

impl TypedOp for StringNormalizer {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }

    as_op!();
}
