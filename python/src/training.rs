//! Labelled texts of a caller to a model file and its report.

use std::borrow::Cow;
use std::num::NonZeroUsize;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use relevance_data::{DataError, Dataset, Row, Source};
use relevance_export::{text_model, to_bytes};
use relevance_train::{Observer, Settings};

use crate::error::FitError;
use crate::interruption;
use crate::texts::Texts;

/// Trains with settings as JSON on texts of two classes, on as many threads, and returns model file and
/// report.
///
/// A signal such as Ctrl-C ends the training at its next progress. The labels are the two classes, and
/// whether each text is of the second; labels and weights have an item for each text.
#[pyfunction]
pub(crate) fn train<'py>(
    texts: &Bound<'py, PyAny>,
    labels: ((String, String), Vec<bool>),
    weights: Option<Vec<f64>>,
    settings: &str,
    threads: NonZeroUsize,
) -> PyResult<(Bound<'py, PyBytes>, String)> {
    let py = texts.py();
    let texts = Texts::from_python(texts)?;
    let (classes, is_second) = labels;
    let rows = Rows {
        texts: present(texts.borrow()?)?,
        classes: classes.into(),
        is_second,
        weights,
    };

    let (file, report) = interruption::run(py, |observer| {
        // A pool of its own, since a forked process lacks the threads of a global one.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get());
        pool.build()?.install(|| fit(&rows, settings, observer))
    })??;
    Ok((PyBytes::new(py, &file), report))
}

/// Returns the texts, of which none may be missing.
fn present(texts: Vec<Option<&str>>) -> PyResult<Vec<&str>> {
    let rows = texts.into_iter().enumerate();
    rows.map(|(row, text)| {
        text.ok_or_else(|| PyValueError::new_err(format!("the text at index {row} is missing")))
    })
    .collect()
}

/// Returns model file and report of a model that is fitted on the rows.
fn fit(
    rows: &Rows,
    settings: &str,
    observer: &dyn Observer,
) -> Result<(Vec<u8>, String), FitError> {
    let mut settings = parse_settings(settings)?;
    settings.keep_columns();

    let dataset = Dataset::read(rows, &settings.labels)?;
    let trained = relevance_train::train(&dataset, &settings, observer)?;
    let file = to_bytes(&text_model(&trained.pipeline));
    Ok((file, serde_json::to_string(&trained.report)?))
}

/// Parses the settings that differ from their defaults, and checks them.
pub(crate) fn parse_settings(json: &str) -> Result<Settings, FitError> {
    let table: toml::Table = serde_json::from_str(json)?;
    Ok(Settings::from_toml(&table.to_string())?)
}

/// Labelled texts in memory.
struct Rows<'a> {
    texts: Vec<&'a str>,
    classes: [String; 2],
    /// Whether the class of each text is the second one: `[texts]`.
    is_second: Vec<bool>,
    /// Weight of each text, in the only further column: `[texts]`.
    weights: Option<Vec<f64>>,
}

impl Source for Rows<'_> {
    fn name(&self) -> String {
        "the texts".to_owned()
    }

    fn read(
        &self,
        visit: &mut dyn FnMut(Row<'_>) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        for (index, text) in self.texts.iter().enumerate() {
            let weight = self.weights.as_ref().map(|weights| weights[index]);
            let weight = weight.map(|weight| Cow::Owned(weight.to_string()));
            visit(Row {
                number: index as u64 + 1,
                text,
                label: &self.classes[usize::from(self.is_second[index])],
                columns: weight.as_slice(),
                ..Row::default()
            })?;
        }
        Ok(())
    }
}
