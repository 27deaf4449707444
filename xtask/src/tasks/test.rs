//! Every test of the workspace.

use anyhow::Result;

use crate::command::{cargo, run};
use crate::tools::{moto, onnxruntime};

/// Runs the tests; `arguments` go to `cargo test`.
pub fn all(arguments: &[String]) -> Result<()> {
    crate::tools::postgres::install()?;
    let library = onnxruntime::library()?;
    let mut test = cargo();
    test.args(["test", "--workspace", "--locked"])
        .args(arguments);
    test.env("ORT_DYLIB_PATH", library)
        .env("ORT_DISABLE_TELEMETRY", "1");
    run(test.env("RELEVANCE_MOTO", moto::folder()?))
}
