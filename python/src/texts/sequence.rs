//! Strings of a list.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList, PyString};

/// Strings of a list, held so that another thread may change the list while they are scored.
pub(crate) struct ListedTexts<'py>(Vec<Option<Bound<'py, PyString>>>);

impl<'py> ListedTexts<'py> {
    /// Takes the strings of a list. Missing values are `None`, `pandas.NA`, and those that do not equal
    /// themselves: NaN and `NaT` of any type.
    ///
    /// # Errors
    /// `TypeError` with index and type of an item that is neither.
    pub(crate) fn from_list(list: &Bound<'py, PyList>) -> PyResult<Self> {
        let texts =
            list.iter()
                .enumerate()
                .map(|(index, item)| match item.cast_into::<PyString>() {
                    Ok(text) => Ok(Some(text)),
                    Err(error) => {
                        let item = error.into_inner();
                        if is_missing(&item)? {
                            Ok(None)
                        } else {
                            Err(not_a_text(index, &item)?)
                        }
                    }
                });

        texts.collect::<PyResult<_>>().map(Self)
    }

    /// Returns the texts.
    ///
    /// # Errors
    /// `ValueError` with the index of a text that is not Unicode.
    pub(crate) fn borrow(&self) -> PyResult<Vec<Option<&str>>> {
        let texts = self.0.iter().enumerate().map(|(index, text)| {
            let Some(text) = text else { return Ok(None) };
            text.to_str().map(Some).map_err(|_| {
                PyValueError::new_err(format!(
                    "text {index} has a lone surrogate, which is not a character"
                ))
            })
        });

        texts.collect()
    }
}

/// Returns whether an item stands for a missing text.
fn is_missing(item: &Bound<'_, PyAny>) -> PyResult<bool> {
    if item.is_none() {
        return Ok(true);
    }
    if let Ok(number) = item.cast::<PyFloat>() {
        return Ok(number.value().is_nan());
    }

    // pandas is not imported for its singleton, whose comparisons have no truth.
    if item.get_type().name()? == "NAType" {
        return Ok(true);
    }
    // The comparison of an array is an array, which has no truth either.
    Ok(item.ne(item).unwrap_or(false))
}

fn not_a_text(index: usize, item: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let kind = item.get_type().fully_qualified_name()?;
    Ok(PyTypeError::new_err(format!(
        "text {index} is of type `{kind}`, not `str`"
    )))
}
