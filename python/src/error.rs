//! Errors of training, and messages of errors.

use pyo3::PyErr;
use pyo3::exceptions::PyValueError;
use relevance_data::DataError;
use relevance_train::TrainError;

/// An error of a training run or of a step of one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FitError {
    #[error("{}", chain(.0))]
    Data(#[from] DataError),
    #[error("{}", chain(.0))]
    Train(#[from] TrainError),
    #[error("settings, pipeline or report cannot be converted: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl From<FitError> for PyErr {
    fn from(error: FitError) -> Self {
        PyValueError::new_err(error.to_string())
    }
}

/// Formats an error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
