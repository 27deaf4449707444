//! The class `Model`.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::explanation::PythonExplanation;
use crate::loaded::{Columns, LoadedModel};
use crate::scores::Scores;
use crate::texts::Texts;

/// Number of texts that a thread scores between two looks at signals.
const TEXTS_BETWEEN_SIGNALS: usize = 1 << 14;

/// A model file. It never changes, so that threads share it without locks.
#[pyclass(frozen, module = "relevance_text._native")]
pub(crate) struct Model {
    content: Py<PyBytes>,
    loaded: LoadedModel,
}

#[pymethods]
impl Model {
    /// Reads the bytes of a model file and answers its golden sentences.
    #[new]
    fn new(py: Python<'_>, content: Bound<'_, PyBytes>) -> PyResult<Self> {
        let bytes = content.as_bytes();
        let loaded = py
            .detach(|| LoadedModel::from_bytes(bytes))
            .map_err(|error| PyValueError::new_err(error.to_string()))?;

        Ok(Self {
            content: content.unbind(),
            loaded,
        })
    }

    /// The bytes of the file.
    #[getter]
    fn content(&self, py: Python<'_>) -> Py<PyBytes> {
        self.content.clone_ref(py)
    }

    /// Labels of texts below the threshold and from it on.
    #[getter]
    fn labels(&self) -> (&str, &str) {
        let labels = self.loaded.pipeline().labels();
        (&labels.not_relevant, &labels.relevant)
    }

    /// Threshold of the file.
    #[getter]
    fn threshold(&self) -> f32 {
        self.loaded.pipeline().threshold()
    }

    /// Every entry of the file's metadata.
    #[getter]
    fn metadata(&self) -> BTreeMap<String, String> {
        self.loaded.metadata().clone()
    }

    /// Scores a list of texts, or an object that exports Arrow data; a signal such as Ctrl-C ends it
    /// between two batches.
    fn score(
        &self,
        texts: &Bound<'_, PyAny>,
        threshold: f32,
        threads: NonZeroUsize,
    ) -> PyResult<Scores> {
        let py = texts.py();
        let texts = Texts::from_python(texts)?;
        let texts = texts.borrow()?;

        let mut columns = Columns::default();
        for batch in texts.chunks(TEXTS_BETWEEN_SIGNALS.saturating_mul(threads.get())) {
            let scored = py.detach(|| self.loaded.score(batch, threads));
            columns.append(scored.map_err(|error| threads_error(threads, &error))?);
            py.check_signals()?;
        }

        let is_null = texts.iter().map(Option::is_none);
        let labels = self.loaded.pipeline().labels().clone();
        Ok(Scores::new(columns, is_null, threshold, labels))
    }

    /// Explains the logit of a text.
    fn explain(&self, text: &Bound<'_, PyString>) -> PyResult<PythonExplanation> {
        let py = text.py();
        let text = text.to_str()?;
        Ok(py.detach(|| PythonExplanation::new(text, self.loaded.explain(text))))
    }
}

/// Returns the error of threads that cannot be started.
fn threads_error(threads: NonZeroUsize, error: &io::Error) -> PyErr {
    PyRuntimeError::new_err(format!(
        "{threads} threads cannot be started: {error}; pass a smaller number as `threads`"
    ))
}
