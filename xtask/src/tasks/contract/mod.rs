//! The specification against the command in release: what it says is so, its examples work, clients can be made from it.

mod client;
mod fuzz;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::tools::service::Service;

/// The key of the service that needs one.
const KEY: &str = "contract";

/// Asks a service that is open to all and one that needs a key, on the committed model.
pub fn check() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let captured = folder.path().join("captured.jsonl");
    let captured = captured.to_string_lossy();
    let digest = hex::encode(Sha256::digest(KEY));
    let open = ["serve", "--capture", &captured, "--log", "error"];
    check_service(&open, None)?;
    check_service(&[&open[..], &["--api-keys", &digest]].concat(), Some(KEY))
}

fn check_service(arguments: &[&str], key: Option<&str>) -> Result<()> {
    let service = Service::start(arguments)?;
    client::check(&service, key)?;
    fuzz::check(&service, key)?;
    service.stop()
}
