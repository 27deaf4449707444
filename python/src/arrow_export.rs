//! Arrow arrays, exported by the Arrow `PyCapsule` interface.

use arrow_array::Array;
use arrow_array::ffi::to_ffi;
use arrow_schema::ArrowError;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// Returns the capsules of an array's schema and of the array.
pub(crate) fn export_array<'py>(
    py: Python<'py>,
    array: &dyn Array,
) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
    let (array, schema) = to_ffi(&array.to_data()).map_err(|error| export_error(&error))?;

    Ok((
        PyCapsule::new_with_value(py, schema, c"arrow_schema")?,
        PyCapsule::new_with_value(py, array, c"arrow_array")?,
    ))
}

/// Returns the error of columns that Arrow cannot export.
pub(crate) fn export_error(error: &ArrowError) -> PyErr {
    PyRuntimeError::new_err(format!("the columns cannot be exported: {error}"))
}
