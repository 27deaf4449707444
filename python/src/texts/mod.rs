//! Texts of a caller, borrowed where they are.

mod arrow;
mod sequence;

use pyo3::prelude::*;
use pyo3::types::PyList;

use self::arrow::ArrowTexts;
use self::sequence::ListedTexts;

/// Texts that live as long as this value.
pub(crate) enum Texts<'py> {
    /// Strings of a list.
    Listed(ListedTexts<'py>),
    /// Arrays of strings.
    Arrow(ArrowTexts),
}

impl<'py> Texts<'py> {
    /// Takes the texts of a list, or imports those of an object that exports Arrow data.
    pub(crate) fn from_python(texts: &Bound<'py, PyAny>) -> PyResult<Self> {
        match texts.cast::<PyList>() {
            Ok(list) => ListedTexts::from_list(list).map(Self::Listed),
            Err(_) => ArrowTexts::import(texts).map(Self::Arrow),
        }
    }

    /// Returns the texts; `None` is a missing one.
    pub(crate) fn borrow(&self) -> PyResult<Vec<Option<&str>>> {
        match self {
            Self::Listed(texts) => texts.borrow(),
            Self::Arrow(texts) => texts.borrow(),
        }
    }
}
