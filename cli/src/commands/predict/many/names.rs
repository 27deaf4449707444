//! Names of outputs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::inputs::Input;
use crate::commands::predict::endings::{Compression, Ending};
use crate::commands::predict::output_format::OutputFormat;
use crate::exit::WrongUsage;

/// Returns the path of an input's output below the folder of the outputs: that of the input, and with a format of another
/// ending that ending instead.
pub fn output_name(
    input: &Input,
    format: Option<OutputFormat>,
    is_table: bool,
) -> anyhow::Result<PathBuf> {
    if input.relative.as_os_str().is_empty() {
        return Err(WrongUsage(anyhow!(
            "`{}` has no name for its output: several inputs are files",
            input.location.display()
        ))
        .into());
    }
    let name = without_unwritten(input.relative.clone(), is_table);
    let Some(format) = format else {
        return Ok(name);
    };

    let ending = Ending::of(&name);
    let is_text_kind = format != OutputFormat::Parquet;
    if ending.name.as_deref() == Some(format.ending())
        && (is_text_kind || ending.compression == Compression::None)
    {
        return Ok(name);
    }
    let stem = if ending.compression == Compression::None {
        name
    } else {
        name.with_extension("")
    };
    Ok(stem.with_extension(format.ending()))
}

/// The name with `.jsonl` for `.json`, and without the ending of a compression that is not written: tables are written in
/// gzip and Zstandard, and lines are not compressed.
fn without_unwritten(name: PathBuf, is_table: bool) -> PathBuf {
    let ends_in = |name: &Path, endings: &[&str]| {
        let ending = name.extension().and_then(OsStr::to_str);
        ending.is_some_and(|ending| endings.iter().any(|each| ending.eq_ignore_ascii_case(each)))
    };
    let is_unwritten =
        ends_in(&name, &["bz2", "xz", "zip"]) || (!is_table && ends_in(&name, &["gz", "zst"]));
    let name = if is_unwritten {
        name.with_extension("")
    } else {
        name
    };
    if ends_in(&name, &["json"]) {
        return name.with_extension("jsonl");
    }
    name
}
