//! Entries of the training record in a version's manifest that later runs read.

/// Origin of a pipeline that was fitted elsewhere; absent when the run fitted it.
pub(crate) const FITTED_ELSEWHERE: &str = "fitted_elsewhere";
