//! Folder of Parquet files, as Spark and Dask write it.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::magic;

/// Returns the Parquet files in a folder in the order of their names: those that end in `.parquet`,
/// and those called `part-…` that are Parquet. Names that begin with `_` or `.` are not data.
pub(in crate::source) fn parts(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_part(&path)? {
            parts.push(path);
        }
    }
    parts.sort();
    Ok(parts)
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
