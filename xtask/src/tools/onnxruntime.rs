//! onnxruntime's shared library, which the parity tests load.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::root;
use crate::tools::{pinned, pip};

/// The Python package that contains the library.
pub const PACKAGE: &str = "onnxruntime==1.32.0";
/// The package for Node, of which `examples/node/package.json` names the same version.
pub const NODE_PACKAGE: &str = "onnxruntime-node@1.30.0";
/// The package for browsers, of which `examples/browser/package.json` names the same version.
pub const WEB_PACKAGE: &str = "onnxruntime-web@1.30.0";

/// Installs the library and returns its path.
///
/// The tests read `ORT_DYLIB_PATH` and fall back to `target/onnxruntime/` of the repository,
/// regardless of `CARGO_TARGET_DIR`.
pub fn library() -> Result<PathBuf> {
    let folder = root().join("target/onnxruntime");
    let library = folder.join("libonnxruntime.so");
    pinned::fill(&folder, &[PACKAGE], || extract(&folder, &library))?;
    Ok(library)
}

/// Copies the library out of the package, whose other files are not needed.
fn extract(folder: &Path, library: &Path) -> Result<()> {
    let wheel = folder.join("wheel");
    pip::install(PACKAGE, &wheel)?;

    let modules = wheel.join("onnxruntime/capi");
    let packaged = fs::read_dir(&modules)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| is_library(path))
        .with_context(|| format!("no libonnxruntime in {}", modules.display()))?;
    fs::copy(packaged, library)?;
    Ok(fs::remove_dir_all(wheel)?)
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("libonnxruntime.") && !name.contains("providers")
}
