//! The public clients of the Open Inference Protocol against the service on the committed model.

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::command::{command, run, target};
use crate::tools::pip;
use crate::tools::service::Service;

/// Triton's client with what it needs for HTTP and gRPC, and gRPC's own clients of health checking and reflection.
///
/// The pins hold together: Triton's client cannot take a newer protobuf, nor the versions of gRPC's packages that ask for one.
const PACKAGES: [&str; 7] = [
    "tritonclient==2.73.0",
    "geventhttpclient==2.6.1",
    "grpcio==1.81.1",
    "grpcio-health-checking==1.81.1",
    "grpcio-reflection==1.81.1",
    "numpy==2.4.6",
    "packaging==26.3",
];
/// Where the services listen; the clients do not agree on what `localhost` is.
const HOST: &str = "127.0.0.1";
/// The key of the service that has one.
const KEY: &str = "the key of the clients' check";

/// Serves with keys and without, has the clients call both, and stops them.
pub fn check() -> Result<()> {
    let packages = target().join("clients/python");
    pip::install_with_dependencies(&PACKAGES, &packages)?;
    let digest = hex::encode(Sha256::digest(KEY));
    let serve = ["serve", "--address", HOST];
    let (open, locked) = (
        Service::start(&serve)?,
        Service::start(&[&serve[..], &["--api-keys", &digest]].concat())?,
    );
    let addresses =
        [&open, &locked].map(|service| service.address().replace("http://localhost", HOST));
    let mut script = command("python3");
    script
        .arg("serve/tests/clients/check.py")
        .args(addresses)
        .arg(KEY);
    run(script.env("PYTHONPATH", packages).env("NO_PROXY", HOST))?;
    open.stop()?;
    locked.stop()
}
