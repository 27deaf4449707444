//! Steps of a training run for an engine that holds the rows: per text, or on counts that it makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use relevance_data::{Label, SplitKeys, StratumPlan};
use relevance_pipeline::{FeatureSettings, Pipeline, smooth_idf};

use crate::arrow_export::export_array;
use crate::error::FitError;
use crate::label_values::{self, Labelled};
use crate::texts::Texts;
use crate::training::parse_settings;

/// An Arrow array, which other libraries take over by the `PyCapsule` interface.
#[pyclass(frozen, module = "relevance_text._native")]
pub(crate) struct Column(ArrayRef);

#[pymethods]
impl Column {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The array, by the Arrow `PyCapsule` interface; it has one schema, whichever is requested.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        export_array(py, &self.0)
    }
}

/// Returns the key by which the split assigns each text, 16 bytes; null for a text that is missing,
/// empty or whitespace, since training leaves it out.
#[pyfunction]
pub(crate) fn split_keys(texts: &Bound<'_, PyAny>, seed: u64) -> PyResult<Column> {
    let py = texts.py();
    let texts = Texts::from_python(texts)?;
    let texts = texts.borrow()?;

    let keys = py.detach(|| {
        let mut keys = SplitKeys::new(seed);
        let mut column = BinaryBuilder::new();
        for text in texts {
            let text = text.filter(|text| !text.trim().is_empty());
            column.append_option(text.map(|text| keys.key(text)));
        }
        column.finish()
    });
    Ok(Column(Arc::new(keys)))
}

/// Returns the terms of each text as lists, repeats included unless each is wanted once; a missing
/// text has none. The settings of the terms are JSON.
#[pyfunction]
pub(crate) fn terms(
    texts: &Bound<'_, PyAny>,
    features: &str,
    is_distinct: bool,
) -> PyResult<Column> {
    let py = texts.py();
    let features: FeatureSettings = serde_json::from_str(features).map_err(FitError::from)?;
    let texts = Texts::from_python(texts)?;
    let texts = texts.borrow()?;

    let terms = py.detach(|| {
        let mut column = ListBuilder::new(StringBuilder::new());
        for text in texts {
            let mut terms = features.terms(text.unwrap_or_default());
            if is_distinct {
                terms.sort_unstable();
                terms.dedup();
            }
            column.append_value(terms.into_iter().map(Some));
        }
        column.finish()
    });
    Ok(Column(Arc::new(terms)))
}

/// Returns every setting of a training run that has a value as JSON, from those that differ from their
/// defaults.
#[pyfunction]
pub(crate) fn complete_settings(settings: &str) -> PyResult<String> {
    let settings = parse_settings(settings)?;
    // A table leaves out settings without a value, which cannot be parsed again.
    let table = toml::Table::try_from(&settings).expect("settings are a table of TOML");
    Ok(serde_json::to_string(&table).map_err(FitError::from)?)
}

/// Numbers of labels, and the names of the classes.
type LabelNumbers = (Vec<Option<u8>>, (String, String));

/// Returns the number of each value's label, 0 for not relevant, 1 for relevant, 2 for undecided and
/// `None` for a missing one, and the names of the classes: first that of texts that are not relevant.
///
/// The result is `None` when settings and names do not tell the meaning of the values.
#[pyfunction]
pub(crate) fn label_numbers(values: Vec<String>, settings: &str) -> PyResult<Option<LabelNumbers>> {
    let settings = parse_settings(settings)?;
    let labelled = label_values::read(values, &settings.labels).map_err(FitError::from)?;

    Ok(labelled.map(|Labelled { labels, names }| {
        let numbers = labels.into_iter().map(|label| label.map(Label::number));
        (numbers.collect(), (names.not_relevant, names.relevant))
    }))
}

/// Numbers of groups by their rows.
type Sizes = BTreeMap<usize, usize>;

/// Returns, for the groups with a majority of texts that are not relevant and for the others, the rows
/// of the largest group that the subsets share, and how many rows the test and the validation subset
/// ask for.
#[pyfunction]
pub(crate) fn plan_split(
    sizes: [Sizes; 2],
    settings: &str,
) -> PyResult<[(usize, (usize, usize)); 2]> {
    let settings = parse_settings(settings)?;

    Ok(sizes.map(|sizes| {
        let StratumPlan { max_rows, wanted } = StratumPlan::new(&sizes, &settings.split);
        let [_, validation, test] = wanted;
        (max_rows, (test, validation))
    }))
}

/// Returns the inverse document frequency of each term, by the number of texts with it.
#[pyfunction]
pub(crate) fn smooth_idfs(texts: u32, frequencies: Vec<u32>) -> Vec<f64> {
    let idf = |frequency| smooth_idf(texts, frequency);
    frequencies.into_iter().map(idf).collect()
}

/// Checks the parts of a pipeline and returns it as `relevance train --pipeline` writes it.
#[pyfunction]
pub(crate) fn pipeline_json(parts: &str) -> PyResult<String> {
    let pipeline: Pipeline = serde_json::from_str(parts).map_err(FitError::from)?;
    Ok(serde_json::to_string(&pipeline).map_err(FitError::from)?)
}
