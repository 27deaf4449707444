//! onnxruntime on a model file, for comparison with the engine that serves.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use ort::value::Tensor;

use relevance_pipeline::graph::tensor;
use relevance_pipeline::{Prediction, UNKNOWN_CHARACTER};

use crate::engine::Engine;
use crate::error::RuntimeError;

/// A model on onnxruntime, with one thread.
#[derive(Debug)]
pub struct OnnxRuntime {
    session: Mutex<Session>,
    relevant_label: String,
}

impl OnnxRuntime {
    /// Loads the shared library at `library`, unless the process has loaded one, and the model.
    ///
    /// `relevant_label` is the model's label of relevant texts.
    ///
    /// # Errors
    /// - [`RuntimeError::OnnxRuntimeLibrary`] when the library cannot be loaded.
    /// - [`RuntimeError::OnnxRuntime`] when it rejects the model.
    pub fn from_bytes(
        library: &Path,
        model: &[u8],
        relevant_label: &str,
    ) -> Result<Self, RuntimeError> {
        let environment = Self::environment(library)?;
        let session = Session::builder(&environment)
            .and_then(|builder| Ok(builder.with_intra_threads(1)?))
            .and_then(|mut builder| builder.commit_from_memory(model))
            .map_err(RuntimeError::OnnxRuntime)?;

        Ok(Self {
            session: Mutex::new(session),
            relevant_label: relevant_label.to_owned(),
        })
    }

    /// Returns the process's environment of onnxruntime; the first call loads the library and
    /// creates it.
    ///
    /// # Errors
    /// [`RuntimeError::OnnxRuntimeLibrary`] when the library cannot be loaded.
    pub fn environment(library: &Path) -> Result<Environment, RuntimeError> {
        static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

        let mut environment = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(environment) = &*environment {
            return Ok(environment.clone());
        }

        let loaded = ort::init_from(library).map_err(|error| {
            let source = Box::new(error);
            RuntimeError::OnnxRuntimeLibrary {
                path: library.to_owned(),
                source,
            }
        })?;
        let created = loaded
            .with_telemetry(false)
            .build()
            .map_err(RuntimeError::OnnxRuntime)?;

        Ok(environment.insert(created).clone())
    }

    fn run(&self, texts: &[&str]) -> ort::Result<Vec<Prediction>> {
        // The binding's strings end at U+0000; this character is as unknown, and separates tokens in
        // the same way.
        let unknown = UNKNOWN_CHARACTER.to_string();
        let texts: Vec<String> = texts
            .iter()
            .map(|text| text.replace('\0', &unknown))
            .collect();
        let input = Tensor::from_string_array(([texts.len()], texts.as_slice()))?;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![tensor::TEXT => input])?;

        let (_, probabilities) = outputs[tensor::PROBABILITY].try_extract_tensor::<f32>()?;
        let (_, labels) = outputs[tensor::LABEL].try_extract_strings()?;

        Ok(probabilities
            .iter()
            .zip(labels)
            .map(|(&probability, label)| Prediction {
                probability,
                relevant: label == self.relevant_label,
            })
            .collect())
    }
}

impl Engine for OnnxRuntime {
    fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
        self.run(texts).map_err(RuntimeError::OnnxRuntime)
    }
}
