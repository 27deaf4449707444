//! Public clients of the Open Inference Protocol against the service with the committed model, and
//! the same model as a repository for Triton.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::command::{clean, command, run, target};
use crate::tools::service::Service;
use crate::tools::{onnxruntime, pip, relevance};

/// Triton's client with its dependencies for HTTP and gRPC, gRPC's clients for health checking and
/// reflection, and onnxruntime, with which a repository for Triton is compared.
///
/// Triton's client needs an older protobuf, which limits the versions of gRPC's packages.
pub const PACKAGES: [&str; 8] = [
    onnxruntime::PACKAGE,
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
    run(python("check.py", &packages).args(&addresses).arg(KEY))?;

    let repository = export_repository()?;
    run(python("repository.py", &packages)
        .arg(repository.path())
        .arg(&addresses[0]))?;

    open.stop()?;
    locked.stop()
}

/// Returns the command of a program of the tests, without its arguments.
fn python(program: &str, packages: &Path) -> Command {
    let mut python = command("python3");
    python
        .arg(format!("serve/tests/clients/{program}"))
        .env("PYTHONPATH", packages)
        .env("NO_PROXY", HOST);
    python
}

/// Exports the model that the services have.
fn export_repository() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let mut export = clean(&relevance::build()?);
    export.args(["export", "--triton"]).arg(folder.path());
    run(&mut export)?;
    Ok(folder)
}

/// Installs the clients and returns their folder.
pub fn packages() -> Result<PathBuf> {
    let folder = target().join("clients/python");
    pip::install_with_dependencies(&PACKAGES, &folder)?;
    Ok(folder)
}
