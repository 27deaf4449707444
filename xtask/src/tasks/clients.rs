//! Public clients of the Open Inference Protocol against the service with the committed
//! model.

use std::path::PathBuf;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::command::{command, run, target};
use crate::tools::pip;
use crate::tools::service::Service;

/// Triton's client with its dependencies for HTTP and gRPC, and gRPC's clients for health checking
/// and reflection.
///
/// Triton's client needs an older protobuf, which limits the versions of gRPC's packages.
pub const PACKAGES: [&str; 7] = [
    "tritonclient==2.73.0",
    "geventhttpclient==2.6.1",
    "grpcio==1.81.1",
    "grpcio-health-checking==1.81.1",
    "grpcio-reflection==1.81.1",
    "numpy==2.4.6",
    "packaging==26.3",
];
/// Address of the services: the clients resolve `localhost` differently.
const HOST: &str = "127.0.0.1";
/// API key of the second service.
const KEY: &str = "the key of the clients' check";

/// Runs the clients against a service without API keys and one with them.
pub fn check() -> Result<()> {
    let packages = packages()?;
    let serve = ["serve", "--address", HOST];
    let digest = hex::encode(Sha256::digest(KEY));
    let open = Service::start(&serve)?;
    let locked = Service::start(&[&serve[..], &["--api-keys", &digest]].concat())?;

    let addresses =
        [&open, &locked].map(|service| service.address().replace("http://localhost", HOST));
    let mut clients = command("python3");
    clients
        .arg("serve/tests/clients/check.py")
        .args(addresses)
        .arg(KEY)
        .env("PYTHONPATH", packages)
        .env("NO_PROXY", HOST);
    run(&mut clients)?;

    open.stop()?;
    locked.stop()
}

/// Installs the clients and returns their folder.
pub fn packages() -> Result<PathBuf> {
    let folder = target().join("clients/python");
    pip::install_with_dependencies(&PACKAGES, &folder)?;
    Ok(folder)
}
