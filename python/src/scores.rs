//! The class `Scores`: one row a text, as columns.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, Float32Array, RecordBatch, RecordBatchIterator, StringArray, StructArray, UInt32Array,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field, Fields, Schema};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyCapsule, PyList, PyString};
use relevance_pipeline::{Labels, Prediction};

use crate::arrow_export::{export_array, export_error};
use crate::loaded::Columns;

/// Most bytes of labels that an Arrow array of strings holds.
const MAX_LABEL_BYTES: usize = i32::MAX as usize;

/// Probability, label and number of known terms of each text.
#[pyclass(frozen, module = "relevance_text._native")]
pub(crate) struct Scores {
    probabilities: Float32Array,
    known_terms: UInt32Array,
    threshold: f32,
    labels: Labels,
}

impl Scores {
    /// Builds the columns; rows of missing texts are null.
    pub(crate) fn new(
        columns: Columns,
        is_null: impl Iterator<Item = bool>,
        threshold: f32,
        labels: Labels,
    ) -> Self {
        let is_valid: BooleanBuffer = is_null.map(|is_null| !is_null).collect();
        let nulls = Some(NullBuffer::new(is_valid)).filter(|nulls| nulls.null_count() > 0);

        Self {
            probabilities: Float32Array::new(columns.probabilities.into(), nulls.clone()),
            known_terms: UInt32Array::new(columns.known_terms.into(), nulls),
            threshold,
            labels,
        }
    }

    /// Returns whether each text is relevant.
    fn relevant(&self) -> impl Iterator<Item = Option<bool>> {
        let relevant =
            |probability| Prediction::from_probability(probability, self.threshold).relevant;
        self.probabilities.iter().map(move |row| row.map(relevant))
    }

    fn label_array(&self) -> PyResult<StringArray> {
        let Labels {
            relevant,
            not_relevant,
        } = &self.labels;
        let longest = relevant.len().max(not_relevant.len());
        if self.probabilities.len().saturating_mul(longest) > MAX_LABEL_BYTES {
            return Err(PyOverflowError::new_err(format!(
                "the labels of {} texts exceed an Arrow array: score fewer texts at once",
                self.probabilities.len()
            )));
        }

        let label = |is_relevant| if is_relevant { relevant } else { not_relevant };
        Ok(self.relevant().map(|row| row.map(label)).collect())
    }

    fn struct_array(&self) -> PyResult<StructArray> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.probabilities.clone()),
            Arc::new(self.label_array()?),
            Arc::new(self.known_terms.clone()),
        ];
        let rows = self.probabilities.len();
        StructArray::try_new_with_length(fields(), columns, None, rows)
            .map_err(|error| export_error(&error))
    }
}

/// Returns the columns' names and types.
fn fields() -> Fields {
    Fields::from(vec![
        Field::new("probability", DataType::Float32, true),
        Field::new("label", DataType::Utf8, true),
        Field::new("known_terms", DataType::UInt32, true),
    ])
}

/// Probabilities, numbers of known terms, threshold and labels: first that of texts that are not
/// relevant.
type ScoreRows<'s> = (Vec<Option<f32>>, Vec<Option<u32>>, f32, (&'s str, &'s str));

#[pymethods]
impl Scores {
    /// Builds the columns of rows that a pickle holds.
    #[new]
    fn from_rows(
        probabilities: Vec<Option<f32>>,
        known_terms: Vec<Option<u32>>,
        threshold: f32,
        labels: (String, String),
    ) -> PyResult<Self> {
        if probabilities.len() != known_terms.len() {
            return Err(PyValueError::new_err("the columns differ in length"));
        }

        let is_null: Vec<bool> = probabilities.iter().map(Option::is_none).collect();
        let probabilities = probabilities.into_iter();
        let known_terms = known_terms.into_iter();
        let columns = Columns {
            probabilities: probabilities.map(|row| row.unwrap_or(f32::NAN)).collect(),
            known_terms: known_terms.map(Option::unwrap_or_default).collect(),
        };

        let (not_relevant, relevant) = labels;
        let labels = Labels {
            relevant,
            not_relevant,
        };
        Ok(Self::new(columns, is_null.into_iter(), threshold, labels))
    }

    /// Returns the rows for a pickle; `None` for a missing text.
    fn rows(&self) -> ScoreRows<'_> {
        let Labels {
            relevant,
            not_relevant,
        } = &self.labels;
        (
            self.probabilities.iter().collect(),
            self.known_terms.iter().collect(),
            self.threshold,
            (not_relevant, relevant),
        )
    }

    fn __len__(&self) -> usize {
        self.probabilities.len()
    }

    /// Probabilities as `f32` in the machine's byte order; NaN for a missing text.
    fn probability_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyByteArray>> {
        let values = self.probabilities.values();
        PyByteArray::new_with(py, values.len() * size_of::<f32>(), |bytes| {
            let slots = bytes.as_chunks_mut::<4>().0.iter_mut();
            for (slot, value) in slots.zip(values.iter()) {
                *slot = value.to_ne_bytes();
            }
            Ok(())
        })
    }

    /// Labels; `None` for a missing text.
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let relevant = PyString::new(py, &self.labels.relevant);
        let not_relevant = PyString::new(py, &self.labels.not_relevant);
        let label = |is_relevant| {
            if is_relevant {
                &relevant
            } else {
                &not_relevant
            }
        };

        let rows: Vec<_> = self.relevant().map(|row| row.map(label)).collect();
        PyList::new(py, rows)
    }

    /// Numbers of known terms; `None` for a missing text.
    fn known_terms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows: Vec<_> = self.known_terms.iter().collect();
        PyList::new(py, rows)
    }

    /// Type of the columns, by the Arrow `PyCapsule` interface.
    #[staticmethod]
    fn __arrow_c_schema__(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(DataType::Struct(fields()))
            .map_err(|error| export_error(&error))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The rows as one array of structures, by the Arrow `PyCapsule` interface.
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        export_array(py, &self.struct_array()?)
    }

    /// The rows as a stream of one batch, by the Arrow `PyCapsule` interface.
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = RecordBatch::from(self.struct_array()?);
        let schema = Arc::new(Schema::new(fields()));
        let batches = RecordBatchIterator::new([Ok(batch)], schema);

        let stream = FFI_ArrowArrayStream::new(Box::new(batches));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}
