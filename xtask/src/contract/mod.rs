//! The specification against the command in release: what it says is so, its examples work, clients can be made from it.

mod client;
mod fuzz;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::service::Service;

/// The key of the service that needs one.
const KEY: &str = "contract";

/// Asks a service that is open to all and one that needs a key, on the committed model.
pub fn check() -> Result<()> {
    let captured = tempfile::tempdir()?;
    let captured = captured.path().join("captured.jsonl");
    let digest = hex::encode(Sha256::digest(KEY));
    let arguments = ["serve", "--capture", &captured.to_string_lossy(), "--log", "error"];
    for (arguments, key) in [(arguments.to_vec(), None), ([&arguments[..], &["--api-keys", &digest]].concat(), Some(KEY))] {
        let service = Service::start(&arguments)?;
        client::check(&service, key)?;
        fuzz::check(&service, key)?;
        service.stop()?;
    }
    Ok(())
}
