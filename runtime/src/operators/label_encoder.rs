//! `ai.onnx.ml::LabelEncoder`, versions 2 and 3, from strings to strings.
//!
//! Follows `core/providers/cpu/ml/label_encoder.cc` of onnxruntime.

use std::collections::HashMap;
use std::sync::Arc;

use relevance_pipeline::graph::{domain, operator};
use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

use super::attributes::{check_domain, check_unused};
use super::rules::strings_to;

/// Operator from strings to strings of the same shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LabelEncoder {
    values: Arc<HashMap<String, String>>,
    default: String,
}

/// Reads the operator's attributes.
pub(super) fn build(
    _: &ParsingContext,
    node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    check_domain(node, domain::MACHINE_LEARNING)?;
    for name in [
        "keys_int64s",
        "keys_floats",
        "values_int64s",
        "values_floats",
    ] {
        let is_absent = node
            .attribute
            .iter()
            .all(|attribute| attribute.name != name);
        check_unused(node, name, is_absent)?;
    }

    let keys: Vec<String> = node.get_attr_vec("keys_strings")?;
    let values: Vec<String> = node.get_attr_vec("values_strings")?;
    ensure!(
        keys.len() == values.len(),
        "{} keys for {} values",
        keys.len(),
        values.len()
    );

    let default: Option<String> = node.get_attr_opt("default_string")?;
    let operator = LabelEncoder {
        values: Arc::new(keys.into_iter().zip(values).collect()),
        default: default.unwrap_or_else(|| "_Unused".to_owned()),
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
    solver.equals(&inputs[0].shape, &outputs[0].shape)
}

impl Op for LabelEncoder {
    fn name(&self) -> StaticName {
        operator::LABEL_ENCODER.into()
    }

    op_as_typed_op!();
}

impl EvalOp for LabelEncoder {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = args_1!(inputs);
        let keys = input.try_as_plain_ram()?;
        let values: Vec<String> = keys
            .as_slice::<String>()?
            .iter()
            .map(|key| self.values.get(key).unwrap_or(&self.default).clone())
            .collect();

        Ok(tvec!(
            tract_ndarray::ArrayD::from_shape_vec(input.shape(), values)?
                .into_tensor()
                .into_tvalue()
        ))
    }
}

impl TypedOp for LabelEncoder {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }

    as_op!();
}
