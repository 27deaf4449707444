//! Failures of a solver.

/// Failure of a solver.
#[derive(Debug, thiserror::Error)]
pub enum SolverError {
    /// The objective did not get within the tolerance of the optimum.
    #[error(
        "no optimum within {iterations} iterations: raise `solver.max_iterations`, `solver.alpha` \
         or `solver.tolerance`"
    )]
    NotConverged {
        /// `solver.max_iterations`.
        iterations: u64,
    },
    /// `linfa-logistic` takes no weights.
    #[error(
        "the solver `linfa` takes no weights: use `sparse`, or leave out `solver.class_weight` and \
         `solver.weight_column`"
    )]
    Weights,
    /// `linfa-logistic` failed.
    #[error("linfa-logistic failed")]
    Linfa(#[source] Box<dyn std::error::Error + Send + Sync>),
}
