//! Packages of the Python Package Index.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{command, run};
use crate::tools::pinned;

/// Installs `package`, pinned as `name==version`, into `folder` without its dependencies.
pub fn install(package: &str, folder: &Path) -> Result<()> {
    pinned::fill(folder, &[package], || {
        run(pip_install(folder).args(["--no-deps", package]))
    })
}

/// Installs `packages` with their dependencies into `folder`.
pub fn install_with_dependencies(packages: &[&str], folder: &Path) -> Result<()> {
    pinned::fill(folder, packages, || run(pip_install(folder).args(packages)))
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
        .args(["--root-user-action=ignore", "--upgrade"])
        .args(["--only-binary", ":all:", "--target"])
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
