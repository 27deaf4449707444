//! onnxruntime's shared library, which the parity tests load.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::command::root;
use crate::tools::pip;

/// The package that holds the library.
pub const PACKAGE: &str = "onnxruntime==1.32.0";

/// Where the library is; it is fetched when it is not there yet.
///
/// The tests look in `target/onnxruntime/` whatever `CARGO_TARGET_DIR` says, unless `ORT_DYLIB_PATH` says otherwise.
pub fn library() -> Result<PathBuf> {
    let folder = root().join("target/onnxruntime");
    let library = folder.join("libonnxruntime.so");
    // The pin is part of the mark, so that another version is fetched when it changes.
    let mark = folder.join("package");
    if library.exists() && fs::read_to_string(&mark).is_ok_and(|package| package == PACKAGE) {
        return Ok(library);
    }
    let wheel = folder.join("wheel");
    pip::install(PACKAGE, &wheel)?;
    let capi = wheel.join("onnxruntime/capi");
    let shared = fs::read_dir(&capi)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| is_library(path))
        .with_context(|| format!("no libonnxruntime in {}", capi.display()))?;
    fs::copy(&shared, &library)?;
    fs::remove_dir_all(&wheel)?;
    fs::write(&mark, PACKAGE)?;
    Ok(library)
}

fn is_library(path: &std::path::Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    (name.starts_with("libonnxruntime.so") || name.starts_with("libonnxruntime."))
        && !name.contains("providers")
}
