//! OpenAPI against the service with the committed model: responses, examples, linters and
//! generated clients.

mod client;
mod fuzz;
mod generators;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::tools::service::Service;

/// API key of the second service.
const KEY: &str = "contract";

/// Checks a service without API keys and one with them.
pub fn check() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let captured = folder.path().join("captured.jsonl");
    let captured = captured.to_string_lossy();

    let serve = ["serve", "--capture", &captured, "--log", "error"];
    let digest = hex::encode(Sha256::digest(KEY));
    check_service(&serve, None)?;
    check_service(&[&serve[..], &["--api-keys", &digest]].concat(), Some(KEY))
}

fn check_service(arguments: &[&str], key: Option<&str>) -> Result<()> {
    let service = Service::start(arguments)?;
    client::check(&service, key)?;
    if key.is_none() {
        generators::check(&service)?;
    }
    fuzz::check(&service, key)?;
    service.stop()
}
