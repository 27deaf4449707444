//! The page at `/` in Chromium, served by the command in release with the committed model.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::command::{command, root, run, target};
use crate::tools::service::Service;
use crate::tools::{apt, npm};

/// What drives the browser, and what looks for barriers to people in the page.
const PACKAGES: [&str; 2] = ["playwright-core@1.65.1", "@axe-core/playwright@4.13.0"];
const TESTS: &str = "serve/tests/browser";
/// The names of the browser, by system.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const PACKAGE: &str = "chromium";
/// What opens the service of the tests that asks for a key.
const KEY: &str = "open sesame";

/// Runs the tests of the page; the screenshots that they take are in `target/browser/screenshots/`.
pub fn check() -> Result<()> {
    let (browser, folder) = (browser()?, prepare()?);
    let service = Service::start(&["serve"])?;
    let locked = Service::start(&["serve", "--api-keys", &hex::encode(Sha256::digest(KEY))])?;
    let mut tests = command("node");
    tests
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .current_dir(folder);
    tests
        .env("RELEVANCE_BROWSER", browser)
        .env("RELEVANCE_SERVICE", format!("{}/", service.address()));
    tests
        .env("RELEVANCE_LOCKED_SERVICE", format!("{}/", locked.address()))
        .env("RELEVANCE_KEY", KEY);
    run(&mut tests)?;
    locked.stop()?;
    service.stop()
}

/// The tests beside their packages, where Node looks for them.
fn prepare() -> Result<PathBuf> {
    let packages = target().join("browser");
    npm::install(&PACKAGES, &packages)?;
    let folder = packages.join("tests");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(root().join(TESTS))? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    Ok(folder)
}

/// The browser, installed when it is missing.
fn browser() -> Result<PathBuf> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    apt::install(PACKAGE, &format!("none of {BROWSERS:?} is on the path"))?;
    find().with_context(|| {
        format!("the package `{PACKAGE}` brought none of {BROWSERS:?} to the path")
    })
}

fn find() -> Option<PathBuf> {
    let mut programs = BROWSERS
        .iter()
        .flat_map(|name| apt::path().into_iter().map(move |folder| folder.join(name)));
    programs.find(|program| program.exists())
}
