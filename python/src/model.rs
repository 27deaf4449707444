//! The class `Model`.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::explanation::PythonExplanation;
use crate::loaded::LoadedModel;
use crate::scores::Scores;
use crate::texts::Texts;

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

    /// Scores a list of texts, or an object that exports Arrow data.
    fn score(
        &self,
        texts: &Bound<'_, PyAny>,
        threshold: f32,
        threads: NonZeroUsize,
    ) -> PyResult<Scores> {
        let py = texts.py();
        let texts = Texts::from_python(texts)?;
        let texts = texts.borrow()?;

        let columns = py.detach(|| self.loaded.score(&texts, threads));
        let is_null = texts.iter().map(Option::is_none);
        let labels = self.loaded.pipeline().labels().clone();
        Ok(Scores::new(columns, is_null, threshold, labels))
    }

    /// Explains the logit of a text.
    fn explain<'t>(&self, text: &'t Bound<'_, PyString>) -> PyResult<PythonExplanation> {
        let text: &'t str = text.to_str()?;
        let explanation = self.loaded.explain(text);
        Ok(PythonExplanation::new(text, explanation))
    }
}
