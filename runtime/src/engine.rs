//! The trait of the engines that compute a model's predictions.

use std::borrow::Borrow;

use relevance_pipeline::{Pipeline, Prediction};

use crate::error::RuntimeError;
use crate::session::Session;

/// Computes predictions for texts.
pub trait Engine {
    /// Returns one prediction per text, in their order.
    ///
    /// # Errors
    /// When the engine fails.
    fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError>;
}

impl<E: Engine> Engine for &E {
    fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
        (*self).predict_batch(texts)
    }
}

impl Engine for Pipeline {
    fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
        Ok(texts.iter().map(|text| self.predict(text)).collect())
    }
}

impl Engine for Session {
    fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
        self.predict(texts)
    }
}

/// A session whose texts all go through tract's plan, even where a native pass could compute them.
#[derive(Debug)]
pub struct TractEngine<S>(pub S);

impl<S: Borrow<Session>> Engine for TractEngine<S> {
    fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
        self.0.borrow().predict_with_tract(texts)
    }
}
