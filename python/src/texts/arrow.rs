//! Arrays of strings, imported by the Arrow `PyCapsule` interface.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::cast::AsArray as _;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// Arrays of strings whose offsets and bytes were checked.
pub(crate) struct ArrowTexts(Vec<ArrayRef>);

impl ArrowTexts {
    /// Imports the arrays of an object with `__arrow_c_stream__` or `__arrow_c_array__`.
    ///
    /// # Errors
    /// - `TypeError` for data other than strings.
    /// - `ValueError` for offsets or bytes that are not strings.
    pub(crate) fn import(texts: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = texts.py();
        let arrays = if texts.hasattr("__arrow_c_stream__")? {
            let capsule = texts.call_method0("__arrow_c_stream__")?;
            let stream = take_stream(&capsule)?;
            py.detach(|| guard(|| read_stream(stream)))?
        } else {
            let capsules = texts.call_method0("__arrow_c_array__")?;
            let (schema, array) = capsules.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
            let (schema, array) = take_array(&schema, &array)?;
            guard(|| Ok(vec![import_array(array, &schema)?]))?
        };

        let columns = arrays.into_iter().map(single_column);
        let arrays = columns.collect::<PyResult<Vec<_>>>()?;
        py.detach(|| check(&arrays))?;
        Ok(Self(arrays))
    }

    /// Returns the texts; `None` is a missing one.
    pub(crate) fn borrow(&self) -> PyResult<Vec<Option<&str>>> {
        let mut texts = Vec::with_capacity(self.0.iter().map(Array::len).sum());
        for array in &self.0 {
            append(array, &mut texts)?;
        }
        Ok(texts)
    }
}

/// Takes the stream out of its capsule.
#[expect(unsafe_code, reason = "a capsule holds a pointer")]
fn take_stream(capsule: &Bound<'_, PyAny>) -> PyResult<FFI_ArrowArrayStream> {
    let capsule = capsule.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;

    // SAFETY: by the `PyCapsule` interface, a capsule of this name points to such a structure.
    Ok(unsafe { FFI_ArrowArrayStream::from_raw(pointer.cast().as_ptr()) })
}

/// Takes array and schema out of their capsules.
#[expect(unsafe_code, reason = "a capsule holds a pointer")]
fn take_array(
    schema: &Bound<'_, PyAny>,
    array: &Bound<'_, PyAny>,
) -> PyResult<(FFI_ArrowSchema, FFI_ArrowArray)> {
    let schema = schema.cast::<PyCapsule>()?;
    let array = array.cast::<PyCapsule>()?;
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?;
    let array = array.pointer_checked(Some(c"arrow_array"))?;

    // SAFETY: by the `PyCapsule` interface, capsules of these names point to such structures.
    unsafe {
        Ok((
            FFI_ArrowSchema::from_raw(schema.cast().as_ptr()),
            FFI_ArrowArray::from_raw(array.cast().as_ptr()),
        ))
    }
}

fn read_stream(stream: FFI_ArrowArrayStream) -> Result<Vec<ArrayRef>, ArrowError> {
    ArrayStreamReader::try_new(stream)?.collect()
}

#[expect(unsafe_code, reason = "the memory is another library's")]
fn import_array(array: FFI_ArrowArray, schema: &FFI_ArrowSchema) -> Result<ArrayRef, ArrowError> {
    if array.is_released() {
        let message = "the array was released already".to_owned();
        return Err(ArrowError::CDataInterface(message));
    }

    // SAFETY: the structures are those of a producer of the C data interface, which owns buffers of
    // the sizes that the interface prescribes. Their content is checked before it is used.
    let data = unsafe { from_ffi(array, schema) }?;
    Ok(make_array(data))
}

/// Calls the importer, which panics on some structures that no producer should make.
fn guard<T>(import: impl FnOnce() -> Result<T, ArrowError>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(import))
        .map_err(|_| PyValueError::new_err("the Arrow data is malformed"))?
        .map_err(|error| PyValueError::new_err(format!("the Arrow data cannot be read: {error}")))
}

/// Returns the column of a table with a single one, and an array as it is.
fn single_column(array: ArrayRef) -> PyResult<ArrayRef> {
    let Some(table) = array.as_struct_opt() else {
        return Ok(array);
    };

    match table.columns() {
        [column] if table.null_count() == 0 => Ok(column.clone()),
        [_] => Err(PyTypeError::new_err("the table has rows that are null")),
        columns => Err(PyTypeError::new_err(format!(
            "the table has {} columns: pass the one with the texts",
            columns.len()
        ))),
    }
}

/// Checks offsets, UTF-8 and keys of each array.
fn check(arrays: &[ArrayRef]) -> PyResult<()> {
    for array in arrays {
        guard(|| array.to_data().validate_full())?;
    }
    Ok(())
}

/// Appends the strings of an array, also of one with a dictionary.
fn append<'a>(array: &'a dyn Array, texts: &mut Vec<Option<&'a str>>) -> PyResult<()> {
    match array.data_type() {
        DataType::Utf8 => texts.extend(array.as_string::<i32>()),
        DataType::LargeUtf8 => texts.extend(array.as_string::<i64>()),
        DataType::Utf8View => texts.extend(array.as_string_view()),
        DataType::Null => texts.extend(std::iter::repeat_n(None, array.len())),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let mut values = Vec::with_capacity(dictionary.values().len());
            append(dictionary.values(), &mut values)?;

            if values.is_empty() {
                // Every key is null.
                texts.extend(std::iter::repeat_n(None, array.len()));
                return Ok(());
            }

            let keys = dictionary.keys();
            let normalized = dictionary.normalized_keys();
            let rows = normalized.into_iter().enumerate();
            texts.extend(rows.map(|(row, key)| {
                values
                    .get(key)
                    .copied()
                    .flatten()
                    .filter(|_| keys.is_valid(row))
            }));
        }
        other => {
            return Err(PyTypeError::new_err(format!(
                "the Arrow data is of type `{other}`, not strings"
            )));
        }
    }
    Ok(())
}
