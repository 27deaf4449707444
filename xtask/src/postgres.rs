//! PostgreSQL's server, which the tests of its source start.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::command::{command, run};

/// What the tests run: the first makes a database, the second serves it.
const PROGRAMS: [&str; 2] = ["initdb", "postgres"];
/// Where Debian keeps them, by version.
const DEBIAN_VERSIONS: &str = "/usr/lib/postgresql";
const PACKAGE: &str = "postgresql";

/// Installs Debian's package when the programs are missing.
pub fn install() -> Result<()> {
    if is_installed() {
        return Ok(());
    }
    if !can_install() {
        bail!(
            "PostgreSQL's {PROGRAMS:?} are neither on the path nor in {DEBIAN_VERSIONS}: install them (Debian: \
             `apt-get install {PACKAGE}`) and try again"
        );
    }
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", PACKAGE])?;
    ensure!(is_installed(), "the package `{PACKAGE}` brought no {PROGRAMS:?} to {DEBIAN_VERSIONS}");
    Ok(())
}

fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir(DEBIAN_VERSIONS).into_iter().flatten().flatten();
    let versions = versions.map(|version| version.path().join("bin"));
    let mut folders = std::env::split_paths(&path).chain(versions);
    folders.any(|folder: PathBuf| PROGRAMS.iter().all(|program| folder.join(program).exists()))
}

/// Whether this is root on a system with Debian's packages.
fn can_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    Path::new("/usr/bin/apt-get").exists() && user.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    run(command("apt-get").args(["--quiet", "--quiet"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
