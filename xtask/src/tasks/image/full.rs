//! Tests of the image of the whole command: it trains, verifies and serves what it trained.

use anyhow::{Result, ensure};

use super::container::{Container, Volume, run_once};
use crate::tools::docker::Docker;

/// Tests the image.
pub fn check(docker: &Docker, tag: &str) -> Result<()> {
    // The image's own `/tmp` can be written to.
    run_once(docker, tag, &[], &["data", "check"])?;

    let volume = Volume::create(docker)?;
    let store = volume.as_store();
    let flags = ["--read-only", "--tmpfs", "/tmp", "--volume", &store];
    let train = ["train", "--max-features", "15000", "--promote"];
    run_once(docker, tag, &flags, &train)?;
    run_once(docker, tag, &flags, &["verify"])?;

    let list = run_once(docker, tag, &flags, &["models", "list"])?;
    let promoted = list
        .lines()
        .find(|line| line.starts_with('2'))
        .is_some_and(|line| line.contains("production"));
    ensure!(promoted, "version 2 is not in production:\n{list}");

    Container::start(docker, tag, &flags, &["serve", "--model-version", "2"])?.stop()
}
