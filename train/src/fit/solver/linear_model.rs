//! The linear model that every solver fits.

/// A fitted linear model.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearModel {
    /// Weights: `[vocabulary]`.
    pub coefficients: Vec<f64>,
    /// Logit of a row of zeros.
    pub intercept: f64,
}
