//! Python's package installer, for what only the Python Package Index has.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::command::{command, run};
use crate::tools::pinned;

/// Installs `package`, pinned as `name==version`, without what it depends on, into `folder` alone.
pub fn install(package: &str, folder: &Path) -> Result<()> {
    run(pip_install(folder)?.args(["--no-deps", package]))
}

/// Installs `packages` with what they depend on into `folder` alone, unless just these are there already.
pub fn install_with_dependencies(packages: &[&str], folder: &Path) -> Result<()> {
    pinned::fill(
        folder,
        packages,
        || run(pip_install(folder)?.args(packages)),
    )
}

/// Downloads the source distribution of `package`, pinned as `name==version`, into `folder`.
pub fn download_source(package: &str, folder: &Path) -> Result<()> {
    let mut download = pip("download")?;
    download
        .args(["--no-deps", "--no-binary", ":all:", "--dest"])
        .arg(folder);
    run(download.arg(package))
}

fn pip_install(folder: &Path) -> Result<Command> {
    let mut install = pip("install")?;
    install
        .args([
            "--root-user-action=ignore",
            "--upgrade",
            "--only-binary",
            ":all:",
            "--target",
        ])
        .arg(folder);
    Ok(install)
}

/// `pip` for a task, quiet but for errors.
fn pip(task: &str) -> Result<Command> {
    if !has_pip() {
        bail!(
            "`python3 -m pip` is missing: install it (Debian: `apt-get install python3-pip`) and try again"
        );
    }
    let mut pip = command("python3");
    pip.args(["-m", "pip", task, "--quiet", "--disable-pip-version-check"]);
    Ok(pip)
}

fn has_pip() -> bool {
    let version = Command::new("python3")
        .args(["-m", "pip", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}
