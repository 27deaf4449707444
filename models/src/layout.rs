//! File names in the store.

/// The file that is written last into a version's folder and makes the version exist.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The file that holds a model's aliases.
pub(crate) const ALIASES: &str = "aliases.json";
/// The file that writers of a local store lock while they change the aliases.
pub(crate) const ALIASES_LOCK: &str = ".aliases.lock";
/// The folder of frozen test rows, which versions share.
pub(crate) const TEST_ROWS: &str = "test-rows";
/// What follows the digest in the name of a file of test rows.
pub(crate) const TEST_ROWS_ENDING: &str = ".jsonl.gz";
