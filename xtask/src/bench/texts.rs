//! Texts for the programs of `relevance-bench`: a file with one JSON string a line.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

use super::archive;

/// Writes up to `most` of an archive's texts, drawn and ordered by their digests, so that every beginning stands for the
/// whole.
///
/// # Errors
/// When there are fewer than `least`.
pub fn write(location: &str, least: usize, most: usize, path: &Path) -> Result<()> {
    let archive = archive::read(location)?;
    let mut texts: Vec<_> = archive.texts.iter().map(|text| (Sha256::digest(text), text)).collect();
    texts.sort_unstable();
    texts.truncate(most);
    ensure!(texts.len() >= least, "{location} has {} texts, {least} are needed", texts.len());
    let lines = texts.iter().map(|(_, text)| Ok(serde_json::to_string(text)? + "\n")).collect::<Result<String>>()?;
    fs::write(path, lines).with_context(|| format!("cannot write {}", path.display()))
}
