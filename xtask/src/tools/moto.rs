//! moto, the S3 server that the tests of stores and sources start on loopback.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::root;
use crate::tools::pip;

/// moto with what its S3 part and its server mode need; its extra `server` brings every other service too.
const PACKAGES: [&str; 3] = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

/// The folder for `PYTHONPATH` that has `moto.server`; it is fetched when it is not there yet.
///
/// The tests look in `target/moto/` whatever `CARGO_TARGET_DIR` says, unless `RELEVANCE_MOTO` says otherwise.
pub fn folder() -> Result<PathBuf> {
    let folder = root().join("target/moto");
    pip::install_with_dependencies(&PACKAGES, &folder)?;
    Ok(folder)
}
