//! The first bytes of plain lines: what they must not be.

use std::path::Path;

use anyhow::anyhow;

use super::encoding::{BOM, check_utf_16};
use super::endings::{Compression, Ending, is_parquet};
use crate::exit::WrongUsage;

/// Refuses an input whose name is that of a table.
pub fn check_name(path: &Path) -> anyhow::Result<()> {
    let ending = Ending::of(path);
    match (ending.table(), ending.compression) {
        (None, Compression::None) => Ok(()),
        (Some(_), _) => Err(refused("its name is that of a table")),
        (None, _) => Err(refused("its name is that of a compressed file")),
    }
}

/// Refuses the first bytes of a table, of a compressed file or of a JSON object.
pub fn check_start(start: &[u8]) -> anyhow::Result<()> {
    if is_parquet(start) {
        return Err(refused("it is Parquet"));
    }
    match Compression::by_magic(start) {
        Compression::Gzip => return Err(refused("it is compressed by gzip")),
        Compression::Zstd => return Err(refused("it is compressed by Zstandard")),
        Compression::None => {}
    }

    let start = start.strip_prefix(BOM).unwrap_or(start);
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or(start);
    let is_object = line.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<serde_json::Map<_, _>>(line).is_ok();
    if is_object {
        return Err(refused("its first line is a JSON object"));
    }
    Ok(())
}

/// Refuses an encoding of two bytes a character, and bytes that are no text.
pub fn check_encoding(start: &[u8], file: &str) -> anyhow::Result<()> {
    check_utf_16(start, file)?;
    // A text may have U+0000. The last character may be cut.
    let is_text = str::from_utf8(start).map_or_else(|error| error.error_len().is_none(), |_| true);
    if start.contains(&0) && !is_text {
        return Err(anyhow!(
            "it is binary, not lines of text: it has NUL bytes and is not UTF-8"
        ));
    }
    Ok(())
}

fn refused(reason: &str) -> anyhow::Error {
    WrongUsage(anyhow!(
        "{reason}: name the column of the texts, as in `--text-column text`, or add `--lines` to read it as plain lines"
    ))
    .into()
}
