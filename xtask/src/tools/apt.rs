//! Debian's packages, for programs that nothing else brings.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::command::{command, run};

/// The folders where programs are looked for.
pub fn path() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}

/// Sees to it that `program` is on the path: installs `package` when it is missing.
pub fn provide(program: &str, package: &str) -> Result<()> {
    let is_installed = || path().iter().any(|folder| folder.join(program).exists());
    if !is_installed() {
        install(package, &format!("`{program}` is not on the path"))?;
    }
    ensure!(
        is_installed(),
        "the package `{package}` brought no `{program}` to the path"
    );
    Ok(())
}

/// Installs `package` where that is possible; `missing` says what is not there.
pub fn install(package: &str, missing: &str) -> Result<()> {
    if !can_install() {
        bail!("{missing}: install it (Debian: `apt-get install {package}`) and try again");
    }
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", package])
}

/// Whether this is root on a system with Debian's packages.
fn can_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    Path::new("/usr/bin/apt-get").exists()
        && user.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    run(command("apt-get")
        .args(["--quiet", "--quiet"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}
