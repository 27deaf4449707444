//! The module `relevance_text._native`: models trained, and model files scored without a runtime.
//!
//! - `loaded` reads a model file and answers its golden sentences.
//! - `texts` borrows texts from lists and from Arrow data.
//! - `model`, `scores` and `explanation` are the Python classes and their results.
//! - `training` fits a model on labelled texts, which `interruption` ends on a signal.
//! - `distributed` is the steps of a training run whose rows an engine for tables holds.
//!
//! The Python sources in `relevance_text/` document the package and convert arguments.

mod arrow_export;
mod distributed;
mod error;
mod explanation;
mod interruption;
mod label_values;
mod loaded;
mod model;
mod scores;
mod texts;
mod training;

use pyo3::prelude::*;

/// The compiled part of `relevance_text`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::distributed::{
        Column, complete_settings, label_numbers, pipeline_json, plan_split, smooth_idfs,
        split_keys, terms,
    };
    #[pymodule_export]
    use crate::model::Model;
    #[pymodule_export]
    use crate::scores::Scores;
    #[pymodule_export]
    use crate::training::train;
}
