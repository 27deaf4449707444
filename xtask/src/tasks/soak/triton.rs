//! Inferences by Triton's client over gRPC.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::KEY;
use super::run::Run;
use super::versions::TEXTS;
use crate::command::command;
use crate::tasks::clients;

/// Starts the client.
pub fn start(run: &Run) -> Result<Child> {
    let expected = json!({ "texts": TEXTS, "versions": run.versions.expected });
    let mut client = command("python3");
    client
        .args(["xtask/src/tasks/soak/triton.py", &run.address, KEY])
        .arg(expected.to_string())
        .env("PYTHONPATH", clients::packages()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    client.spawn().context("cannot run `python3`")
}

/// Waits for the end of the run or of the client, and counts its requests.
pub fn watch(run: &Run, mut client: Child) -> Result<()> {
    while !run.is_done() && client.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(100));
    }

    // Closes the client's input, which ends it.
    let output = client.wait_with_output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "a request (gRPC) failed: {error}");
    let number = String::from_utf8(output.stdout)?.trim().parse()?;
    run.count("gRPC ModelInfer", 0, number);
    Ok(())
}
