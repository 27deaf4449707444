//! Tests of what both images do: serve, predict, and manage a store.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::container::{Container, RESTRICTED, Volume, run_once};
use crate::command::{command, read, read_text, run};
use crate::tools::docker::Docker;

const USER: &str = "65532:65532";
/// Files that must be in the image.
const FILES: [&str; 4] = [
    "licenses/LICENSE-APACHE",
    "licenses/LICENSE-MIT",
    "licenses/THIRD-PARTY-NOTICES.md",
    "models/relevance/aliases.json",
];
/// Parts of names of files that contain texts of the training data.
const PRIVATE: [&str; 2] = ["report.html", "test-rows"];

/// Tests the image.
pub fn check(docker: &Docker, tag: &str) -> Result<()> {
    check_metadata(docker, tag)?;
    check_files(docker, tag)?;
    check_restricted(docker, tag)?;
    check_collector(docker, tag)?;
    check_predict(docker, tag)?;
    check_volume(docker, tag)
}

/// Tests that a command for training is rejected with a list of the commands that there are.
pub fn check_unknown_command(docker: &Docker, tag: &str) -> Result<()> {
    let output = docker
        .command(&["run", "--rm", tag, "train"])
        .output()
        .context("cannot run Docker")?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.code() == Some(2) && error.contains("unrecognized subcommand 'train'"),
        "`train` ended with {}: {error}",
        output.status
    );
    Ok(())
}

fn check_metadata(docker: &Docker, tag: &str) -> Result<()> {
    let inspected = read(&mut docker.command(&["image", "inspect", tag]))?;
    let inspected: Value = serde_json::from_slice(&inspected)?;
    let config = &inspected[0]["Config"];
    ensure!(config["User"] == USER, "the user is {}", config["User"]);

    for (label, want) in [
        ("version", env!("CARGO_PKG_VERSION")),
        ("source", env!("CARGO_PKG_REPOSITORY")),
        ("licenses", env!("CARGO_PKG_LICENSE")),
    ] {
        let got = &config["Labels"][format!("org.opencontainers.image.{label}")];
        ensure!(got == want, "the label `{label}` is {got}, not {want}");
    }

    let version = run_once(docker, tag, &[], &["--version"])?;
    let want = format!("relevance {}", env!("CARGO_PKG_VERSION"));
    ensure!(version == want, "the program is {version}, not {want}");
    Ok(())
}

fn check_files(docker: &Docker, tag: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let archive = folder.path().join("image.tar");
    let id = read_text(&mut docker.command(&["create", tag]))?;
    let exported = run(docker.command(&["export", &id, "--output"]).arg(&archive));
    read_text(&mut docker.command(&["rm", &id]))?;
    exported?;

    let files = read_text(command("tar").args(["--list", "--file"]).arg(&archive))?;
    let files: Vec<&str> = files.lines().collect();
    for file in FILES {
        ensure!(files.contains(&file), "the image has no {file}: {files:?}");
    }
    let private = files
        .iter()
        .find(|file| PRIVATE.iter().any(|part| file.contains(part)));
    ensure!(
        private.is_none(),
        "the image has {private:?}, which contains texts of the training data"
    );
    Ok(())
}

/// Serves with a read-only file system, without rights and with the memory of Cloud Run.
fn check_restricted(docker: &Docker, tag: &str) -> Result<()> {
    let container = Container::start(docker, tag, &RESTRICTED, &[])?;
    check_prediction(&container)?;

    let log = container.logs()?;
    ensure!(
        log.contains("/v1/predict") && !log.contains("/v2/health"),
        "the log must have a line for the prediction, and none for the probes:\n{log}"
    );
    container.stop()
}

fn check_prediction(container: &Container<'_>) -> Result<()> {
    let url = container.url()? + "/v1/predict";
    let body = json!({"text": "The company reported higher revenue in the third quarter."});
    let response = ureq::post(&url)
        .header("content-type", "application/json")
        .send(body.to_string())?
        .body_mut()
        .read_to_string()?;

    let response: Value = serde_json::from_str(&response)?;
    let probability = response["probability"].as_f64();
    ensure!(
        probability.is_some_and(|probability| (0.0..=1.0).contains(&probability))
            && response["label"].is_string(),
        "the service responds {response}"
    );
    Ok(())
}

/// Serves with a collector of traces over TLS, for which the image has no certificates of a system.
fn check_collector(docker: &Docker, tag: &str) -> Result<()> {
    let variable = "OTEL_EXPORTER_OTLP_ENDPOINT=https://127.0.0.1:4318";
    let flags = ["--read-only", "--env", variable];
    check_prediction(&Container::start(docker, tag, &flags, &[])?)
}

fn check_predict(docker: &Docker, tag: &str) -> Result<()> {
    let arguments = ["predict", "--format", "jsonl", "We need water"];
    let line = run_once(docker, tag, &["--read-only"], &arguments)?;
    let prediction: Value = serde_json::from_str(&line)?;
    ensure!(
        prediction["label"].is_string(),
        "`predict` prints {prediction}"
    );
    Ok(())
}

/// Writes aliases into a named volume, and serves from it.
fn check_volume(docker: &Docker, tag: &str) -> Result<()> {
    let volume = Volume::create(docker)?;
    let store = volume.as_store();
    let flags = ["--read-only", "--volume", &store];

    run_once(docker, tag, &flags, &["models", "promote", "candidate"])?;
    run_once(docker, tag, &flags, &["models", "check"])?;
    check_prediction(&Container::start(docker, tag, &flags, &["serve"])?)
}
