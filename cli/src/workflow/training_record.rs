//! The training record in a version's manifest.

use relevance_train::{Report, Settings};
use serde_json::{Value, json};

/// Origin of a pipeline that was fitted elsewhere; absent when the run fitted it.
pub(crate) const FITTED_ELSEWHERE: &str = "fitted_elsewhere";

/// Returns the entries that every version has.
pub(crate) fn training_record(report: &Report, settings: &Settings, source: &str) -> Value {
    json!({
        "fingerprint": report.fingerprint,
        "tool_version": report.tool_version,
        "source": source,
        "data_digest": report.data_digest,
        "settings_digest": report.settings_digest,
        "settings": settings,
        "texts": { "train": report.train, "validation": report.validation, "test": report.test },
    })
}
