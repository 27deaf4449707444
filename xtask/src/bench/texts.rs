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
    let mut texts: Vec<_> = archive
        .texts
        .iter()
        .map(|text| (Sha256::digest(text), text))
        .collect();
    texts.sort_unstable();
    texts.truncate(most);
    ensure!(
        texts.len() >= least,
        "{location} has {} texts, {least} are needed",
        texts.len()
    );
    let lines = texts
        .iter()
        .map(|(_, text)| Ok(serde_json::to_string(text)? + "\n"))
        .collect::<Result<String>>()?;
    fs::write(path, lines).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_texts_are_the_beginning_of_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("texts.jsonl");
        let texts = |most| {
            write(relevance_data::EMBEDDED, 1, most, &path).unwrap();
            let lines = fs::read_to_string(&path).unwrap();
            lines
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect::<Vec<String>>()
        };
        let (few, more) = (texts(10), texts(20));
        assert_eq!((few.len(), more.len()), (10, 20));
        assert_eq!(few, more[..10]);
    }

    #[test]
    fn too_small_an_archive_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(
            relevance_data::EMBEDDED,
            1 << 20,
            1 << 20,
            &folder.path().join("texts.jsonl"),
        )
        .unwrap_err();
        assert!(error.to_string().ends_with("1048576 are needed"), "{error}");
    }
}
