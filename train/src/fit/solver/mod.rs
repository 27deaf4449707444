//! Logistic regression with an L2 penalty: sparse rows and labels to coefficients and intercept.
//!
//! The objective of every solver is `sum c ln(1 + exp(-y z)) + alpha / 2 * |w|^2` with `z = w x + b`
//! and `y` -1 or 1; the intercept `b` bears no penalty. The weight `c` of a text is 1, as
//! `linfa-logistic` defines it, unless the settings weigh texts or classes, as scikit-learn does.

mod error;
mod fit;
mod kernel;
mod linear_model;
mod linfa;
mod loss;
mod newton;
mod objective;
mod partition;
mod preconditioner;
mod sparse;
mod variables;

pub use error::SolverError;
pub(crate) use fit::fit_observed;
pub use fit::{fit, objective};
pub use linear_model::LinearModel;
pub(crate) use loss::{LogisticLoss, LossSum};
pub use sparse::SparseLogisticRegression;
