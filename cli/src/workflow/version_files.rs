//! File names of a version in the store.

/// The model.
pub const MODEL_FILE: &str = "model.onnx";
/// The report of training.
pub const METRICS_FILE: &str = "metrics.json";
/// The profile of the test texts, which drift is measured from.
pub const PROFILE_FILE: &str = "profile.json";
/// The report as a page.
pub const REPORT_FILE: &str = "report.html";
/// The model card.
pub const CARD_FILE: &str = "card.md";
/// The model card as a page.
pub const CARD_PAGE_FILE: &str = "card.html";
