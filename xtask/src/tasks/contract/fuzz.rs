//! Requests that schemathesis generates from the specification, and the specification's own
//! examples.

use anyhow::Result;

use crate::command::{command, run, target};
use crate::tools::pip;
use crate::tools::service::Service;

const PACKAGE: &str = "schemathesis==4.32.5";
const CONFIGURATION: &str = "xtask/src/tasks/contract/schemathesis.toml";
const EXAMPLES: &str = "xtask/src/tasks/contract/examples.py";

/// Fails when a response does not conform to the specification.
pub fn check(service: &Service, key: Option<&str>) -> Result<()> {
    let packages = target().join("schemathesis");
    pip::install_with_dependencies(&[PACKAGE], &packages)?;
    let python = || {
        let mut python = command("python3");
        python.env("PYTHONPATH", &packages).env("NO_COLOR", "1");
        python
    };

    let mut fuzz = python();
    fuzz.args(["-m", "schemathesis.cli", "--config-file", CONFIGURATION])
        .arg("run")
        .arg(format!("{}/openapi.json", service.address()));
    if let Some(key) = key {
        fuzz.args(["--header", &format!("X-API-Key: {key}")]);
        // Operations that are forbidden without keys change the active model, which other
        // operations need.
        fuzz.args(["--exclude-by", "/responses/403/description == Forbidden"]);
        // The service without keys gets the generated requests, and handles bodies in the same way.
        fuzz.args(["--phases", "examples,coverage"]);
    }
    run(&mut fuzz)?;

    run(python().arg(EXAMPLES).arg(service.address()).args(key))
}
