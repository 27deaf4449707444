//! The door to linfa, linfa-logistic and ndarray: dense fits, and our own solver behind linfa's
//! `Fit`.

use linfa::DatasetBase;
use linfa::dataset::Records;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::error::SolverError;
use super::linear_model::LinearModel;
use super::sparse::SparseLogisticRegression;
use crate::fit::rows::SparseRows;
use crate::fit::settings::SolverSettings;
use crate::fit::targets::Targets;
use crate::progress::Observer;

/// Fits with `linfa-logistic`, which takes dense arrays only: memory grows with texts × terms.
///
/// # Errors
/// When the targets have weights, which `linfa-logistic` does not take, or it fails.
pub(super) fn fit_dense(
    rows: &SparseRows,
    targets: Targets<'_>,
    settings: &SolverSettings,
) -> Result<LinearModel, SolverError> {
    if targets.weights.is_some() {
        return Err(SolverError::Weights);
    }

    let labels = Array1::from(targets.labels.to_vec());
    let dataset = DatasetBase::new(rows.to_dense(), labels);
    let fitted = LogisticRegression::default()
        .alpha(settings.alpha)
        .max_iterations(settings.max_iterations)
        .gradient_tolerance(settings.gradient_tolerance)
        .fit(&dataset)?;

    // Its logits are those of the label that more rows have.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let coefficients = fitted.params().iter().map(|weight| sign * weight).collect();
    Ok(LinearModel {
        coefficients,
        intercept: sign * fitted.intercept(),
    })
}

impl Fit<SparseRows, Array1<bool>, SolverError> for SparseLogisticRegression {
    type Object = LinearModel;

    fn fit(
        &self,
        dataset: &DatasetBase<SparseRows, Array1<bool>>,
    ) -> Result<LinearModel, SolverError> {
        let no_observer: &dyn Observer = &();
        let labels = dataset.targets.to_vec();
        let (model, _) =
            self.fit_observed(&dataset.records, labels.as_slice().into(), no_observer)?;
        Ok(model)
    }
}

impl Records for SparseRows {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.row_count()
    }

    fn nfeatures(&self) -> usize {
        self.column_count()
    }
}

impl SparseRows {
    /// The matrix with its zeros: `[texts, vocabulary]`, 8 bytes each.
    #[must_use]
    pub fn to_dense(&self) -> Array2<f64> {
        let mut dense = Array2::zeros((self.row_count(), self.column_count()));
        for row in self.iter() {
            for (rank, inverse_norm) in row.entries() {
                let column = self.columns()[rank as usize] as usize;
                dense[[row.text, column]] += self.idf()[column] * inverse_norm;
            }
        }
        dense
    }
}

impl From<linfa::Error> for SolverError {
    fn from(error: linfa::Error) -> Self {
        Self::Linfa(Box::new(error))
    }
}

impl From<linfa_logistic::error::Error> for SolverError {
    fn from(error: linfa_logistic::error::Error) -> Self {
        Self::Linfa(Box::new(error))
    }
}
