//! Rules for tract's type inference.

use tract_onnx::tract_hir::internal::*;

/// States that an operator has one input of strings and one output of type `output`.
pub(super) fn strings_to(
    output: DatumType,
    solver: &mut Solver<'_>,
    inputs: &[TensorProxy],
    outputs: &[TensorProxy],
) -> InferenceResult {
    check_input_arity(inputs, 1)?;
    check_output_arity(outputs, 1)?;

    solver.equals(&inputs[0].datum_type, String::datum_type())?;
    solver.equals(&outputs[0].datum_type, output)
}
