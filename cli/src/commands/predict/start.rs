//! The beginning of plain lines: what they must not be.

use std::path::Path;

use anyhow::anyhow;
use relevance_data::table::SourceFile;

use super::endings::Ending;
use crate::exit::WrongUsage;

/// Refuses an input whose name is that of a table, or that is Parquet.
pub fn check_file(path: &Path, file: &SourceFile) -> anyhow::Result<()> {
    if Ending::of(path).table().is_some() {
        return Err(refused(file, "its name is that of a table"));
    }
    let content = file.content_name();
    if Ending::of(Path::new(content)).table().is_some() {
        let reason = format!("`{content}` in it has the name of a table");
        return Err(refused(file, &reason));
    }
    if file.is_parquet() {
        return Err(refused(file, "it is Parquet"));
    }
    Ok(())
}

/// Refuses a text whose first line is a JSON object.
pub fn check_start(start: &[u8], file: &SourceFile) -> anyhow::Result<()> {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or(start);
    let is_object = line.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<serde_json::Map<_, _>>(line).is_ok();
    if is_object {
        return Err(refused(file, "its first line is a JSON object"));
    }
    Ok(())
}

fn refused(file: &SourceFile, reason: &str) -> anyhow::Error {
    WrongUsage(anyhow!(
        "`{}`: {reason}: name the column of the texts, as in `--text-column text`, or add `--lines` to read it as plain lines",
        file.name()
    ))
    .into()
}
