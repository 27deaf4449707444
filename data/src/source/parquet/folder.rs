//! Folder of Parquet files, as Spark and Dask write it.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::partitions::Partition;
use crate::magic;

/// Endings of tables of other kinds, which are not read beside Parquet; JSON documents are often
/// notes.
const OTHER_TABLES: [&str; 5] = [".csv", ".tsv", ".tab", ".jsonl", ".ndjson"];
const COMPRESSED: [&str; 5] = [".gz", ".zst", ".bz2", ".xz", ".zip"];

/// Files of a folder.
pub(in crate::source) struct Parts {
    /// The Parquet files, in the order of their names.
    pub(in crate::source) parquet: Vec<PathBuf>,
    /// The first table of another kind.
    pub(in crate::source) other: Option<PathBuf>,
}

/// Returns the Parquet files in a folder and in those of its partitions, those that end in `.parquet`,
/// and those called `part-…` that are Parquet; and the first table of another kind. Names that begin
/// with `_` or `.` are not data.
pub(in crate::source) fn parts(folder: &Path) -> io::Result<Parts> {
    let (mut parquet, mut others) = (Vec::new(), Vec::new());
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if is_partition(&path) {
                folders.push(path);
            } else if is_part(&path)? {
                parquet.push(path);
            } else if is_other_table(&path) {
                others.push(path);
            }
        }
    }

    parquet.sort();
    Ok(Parts {
        parquet,
        other: others.into_iter().min(),
    })
}

/// Returns whether the path is a folder whose name is a column and its value.
fn is_partition(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Partition::of_folder(&name).is_some() && !name.starts_with(['_', '.']) && path.is_dir()
}

fn is_other_table(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    let plain = COMPRESSED.iter().find_map(|end| name.strip_suffix(end));
    let plain = plain.unwrap_or(&name);
    let is_table = OTHER_TABLES.iter().any(|end| plain.ends_with(end));
    is_table && !name.starts_with(['_', '.']) && path.is_file()
}

fn is_part(path: &Path) -> io::Result<bool> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    if name.starts_with(['_', '.']) || !path.is_file() {
        return Ok(false);
    }
    Ok(name.ends_with(".parquet") || name.starts_with("part-") && is_parquet(path)?)
}

fn is_parquet(path: &Path) -> io::Result<bool> {
    let mut magic = Vec::new();
    let length = magic::PARQUET.len() as u64;
    File::open(path)?.take(length).read_to_end(&mut magic)?;
    Ok(magic == magic::PARQUET)
}
