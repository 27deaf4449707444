//! Packages of the Python Package Index.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{command, run, target};
use crate::tools::pinned;

/// Builder of packages without wheels.
const SETUPTOOLS: &str = "setuptools==84.2.1";

/// Installs `package`, pinned as `name==version`, into `folder` without its dependencies.
pub fn install(package: &str, folder: &Path) -> Result<()> {
    pinned::fill(folder, &[package], || {
        run(pip_install(folder).args(["--only-binary", ":all:", "--no-deps", package]))
    })
}

/// Builds `package`, which is published for setuptools and without a wheel, and installs it into
/// `folder` without its dependencies.
pub fn install_from_source(package: &str, folder: &Path) -> Result<()> {
    let setuptools = target().join("tools/setuptools");
    install(SETUPTOOLS, &setuptools)?;

    pinned::fill(folder, &[package], || {
        let mut install = pip_install(folder);
        install
            .args(["--no-binary", ":all:", "--no-build-isolation", "--no-deps"])
            .arg(package)
            .env("PYTHONPATH", setuptools);
        run(&mut install)
    })
}

/// Installs `packages` with their dependencies into `folder`.
pub fn install_with_dependencies(packages: &[&str], folder: &Path) -> Result<()> {
    pinned::fill(folder, packages, || {
        let mut install = pip_install(folder);
        install.args(["--only-binary", ":all:"]).args(packages);
        run(&mut install)
    })
}

/// Downloads the source distribution of `package`, pinned as `name==version`, into `folder`.
pub fn download_source(package: &str, folder: &Path) -> Result<()> {
    let mut download = pip("download");
    download
        .args(["--no-deps", "--no-binary", ":all:", "--dest"])
        .arg(folder)
        .arg(package);
    run(&mut download)
}

fn pip_install(folder: &Path) -> Command {
    let mut install = pip("install");
    install
        .args(["--root-user-action=ignore", "--upgrade", "--target"])
        .arg(folder);
    install
}

/// Returns a `pip` command that prints only errors.
fn pip(subcommand: &str) -> Command {
    let mut pip = command("python3");
    pip.args(["-m", "pip", subcommand])
        .args(["--quiet", "--disable-pip-version-check"]);
    pip
}
