//! Training on the embedded archive.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod model_checks;
mod report_page;
mod search;
mod solvers;
mod texts;
mod training;

use relevance_data::{Dataset, EMBEDDED, LabelSettings, SourceSettings};

/// The embedded archive's examples.
fn archive() -> Dataset {
    Dataset::read(
        relevance_data::open(EMBEDDED, &SourceSettings::default())
            .unwrap()
            .as_ref(),
        &LabelSettings::default(),
    )
    .unwrap()
}
