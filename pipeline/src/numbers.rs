//! Checks of the numbers of a model.

use crate::error::PipelineError;

/// Checks that there is one finite number per term.
pub(crate) fn check_columns(
    what: &'static str,
    numbers: &[f32],
    terms: usize,
) -> Result<(), PipelineError> {
    if numbers.len() != terms {
        return Err(PipelineError::Length {
            what,
            got: numbers.len(),
            terms,
        });
    }

    for (column, &value) in numbers.iter().enumerate() {
        check_finite(value, || format!("{what}, column {column},"))?;
    }
    Ok(())
}

/// Checks that a number is finite; `what` names it.
pub(crate) fn check_finite(value: f32, what: impl FnOnce() -> String) -> Result<(), PipelineError> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(PipelineError::NotFinite {
            what: what(),
            value,
        })
    }
}
