//! moto, the S3 server that tests of stores and sources start on loopback.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::root;
use crate::tools::pip;

/// moto with the dependencies of its S3 service and its server; its extra `server` installs those
/// of all services.
const PACKAGES: [&str; 3] = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

/// Installs moto and returns the folder for `PYTHONPATH`.
///
/// The tests read `RELEVANCE_MOTO` and fall back to `target/moto/` of the repository, regardless of
/// `CARGO_TARGET_DIR`.
pub fn folder() -> Result<PathBuf> {
    let folder = root().join("target/moto");
    pip::install_with_dependencies(&PACKAGES, &folder)?;
    Ok(folder)
}
