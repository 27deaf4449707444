//! Mean and standard deviation over folds.

/// Returns the mean of at least one value.
#[expect(
    clippy::cast_precision_loss,
    reason = "there are at most a hundred folds"
)]
pub(crate) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// Returns the sample standard deviation (n - 1) of at least two values.
#[expect(
    clippy::cast_precision_loss,
    reason = "there are at most a hundred folds"
)]
pub(crate) fn standard_deviation(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let (count, mean) = (values.len(), mean(values.clone()));
    let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
    (squares / (count - 1) as f64).sqrt()
}
