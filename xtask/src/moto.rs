//! moto, the S3 server that the tests of stores and sources start on loopback.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::root;
use crate::python;

/// moto with what its S3 part and its server mode need; its extra `server` brings every other service too.
const PACKAGES: [&str; 3] = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

/// The folder for `PYTHONPATH` that has `moto.server`; it is fetched when it is not there yet.
///
/// The tests look in `target/moto/` whatever `CARGO_TARGET_DIR` says, unless `RELEVANCE_MOTO` says otherwise.
pub fn folder() -> Result<PathBuf> {
    let folder = root().join("target/moto");
    // The pins are the mark, so that other versions are fetched when they change.
    let (mark, pins) = (folder.join("packages"), PACKAGES.join("\n"));
    if fs::read_to_string(&mark).is_ok_and(|packages| packages == pins) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    python::install_with_dependencies(&PACKAGES, &folder)?;
    fs::write(&mark, pins)?;
    Ok(folder)
}
