//! Requests that schemathesis makes from the specification, and the specification's own examples.

use anyhow::Result;

use crate::command::{command, run, target};
use crate::tools::pip;
use crate::tools::service::Service;

const PACKAGE: &str = "schemathesis==4.32.5";
const FOLDER: &str = "xtask/src/tasks/contract";

/// Fails when an answer is not what the specification says.
pub fn check(service: &Service, key: Option<&str>) -> Result<()> {
    let folder = target().join("schemathesis");
    pip::install_with_dependencies(&[PACKAGE], &folder)?;
    let python = || {
        let mut python = command("python3");
        python.env("PYTHONPATH", &folder).env("NO_COLOR", "1");
        python
    };
    let specification = format!("{}/openapi.json", service.address());
    let mut fuzz = python();
    fuzz.args([
        "-m",
        "schemathesis.cli",
        "--config-file",
        &format!("{FOLDER}/schemathesis.toml"),
        "run",
        &specification,
    ]);
    if let Some(key) = key {
        fuzz.args(["--header", &format!("X-API-Key: {key}")]);
        // What is forbidden without keys changes what is served: the model could be gone before others are asked.
        fuzz.args(["--exclude-by", "/responses/403/description == Forbidden"]);
    }
    run(&mut fuzz)?;
    run(python()
        .arg(format!("{FOLDER}/examples.py"))
        .arg(service.address())
        .args(key))
}
