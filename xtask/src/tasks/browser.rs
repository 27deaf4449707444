//! Tests of the pages in Chromium, served with the committed model.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::command::{command, remove_folder, root, run, target};
use crate::tools::service::Service;
use crate::tools::{chromium, npm};

/// The browser's driver and the accessibility checker.
const PACKAGES: [&str; 2] = [chromium::DRIVER, "@axe-core/playwright@4.13.0"];
const TESTS: &str = "serve/tests/browser";
/// API key of the second service.
const KEY: &str = "open sesame";

/// Runs the tests, which put their screenshots into `target/browser/screenshots/`.
pub fn check() -> Result<()> {
    let browser = chromium::find().context("Chromium is not installed")?;
    let folder = copy_tests()?;
    let service = Service::start(&["serve"])?;
    let locked = Service::start(&["serve", "--api-keys", &hex::encode(Sha256::digest(KEY))])?;

    let mut tests = command("node");
    tests
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .current_dir(folder)
        .env("RELEVANCE_BROWSER", browser)
        .env("RELEVANCE_SERVICE", format!("{}/", service.address()))
        .env("RELEVANCE_LOCKED_SERVICE", format!("{}/", locked.address()))
        .env("RELEVANCE_KEY", KEY);
    run(&mut tests)?;

    locked.stop()?;
    service.stop()
}

/// Copies the tests beside their packages, where Node resolves imports.
fn copy_tests() -> Result<PathBuf> {
    let packages = target().join("browser");
    npm::install(&PACKAGES, &packages)?;

    let folder = packages.join("tests");
    remove_folder(&folder)?;
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(root().join(TESTS))? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    Ok(folder)
}
