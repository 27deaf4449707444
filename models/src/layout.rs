//! File names in a version's folder and in the store.

/// The model, in ONNX.
pub const MODEL_FILE: &str = "model.onnx";
/// The metrics of training.
pub const METRICS_FILE: &str = "metrics.json";
/// The profile of the test texts, which drift is measured against.
pub const PROFILE_FILE: &str = "profile.json";
/// The model card in Markdown.
pub const CARD_FILE: &str = "card.md";
/// The model card as a page.
pub const CARD_PAGE_FILE: &str = "card.html";
/// The report of the training run as a page.
pub const REPORT_FILE: &str = "report.html";

/// Digests of the texts that the model was trained on.
pub const TRAINED_TEXTS_FILE: &str = "trained-texts.bin";

/// Files of a version that contain no text of the data.
pub const PUBLIC_FILES: [&str; 5] = [
    MODEL_FILE,
    METRICS_FILE,
    PROFILE_FILE,
    CARD_FILE,
    CARD_PAGE_FILE,
];

/// Triton's configuration of the model, beside its versions; no file of the store.
pub const TRITON_CONFIG: &str = "config.pbtxt";
/// Files in a version's folder by which MLflow loads the model; no files of the store.
pub const MLFLOW_FILES: [&str; 6] = [
    "MLmodel",
    "code/relevance_mlflow.py",
    "conda.yaml",
    "input_example.json",
    "python_env.yaml",
    "requirements.txt",
];

/// The list of a version's files, written last: it makes the version exist.
pub const MANIFEST: &str = "manifest.json";
/// A manifest that could not be read, after its version was withdrawn.
pub(crate) const UNREADABLE_MANIFEST: &str = "unreadable-manifest.json";
/// A model's aliases.
pub(crate) const ALIASES: &str = "aliases.json";
/// Lock file of the aliases in a local store.
pub(crate) const ALIASES_LOCK: &str = ".aliases.lock";
/// Folder of the frozen test rows, which versions share.
pub(crate) const TEST_ROWS: &str = "test-rows";
/// Suffix of a file of test rows, after its digest.
pub(crate) const TEST_ROWS_SUFFIX: &str = ".jsonl.gz";
