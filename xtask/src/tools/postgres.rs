//! PostgreSQL's server, which the tests of its source start.

use anyhow::{Result, ensure};

use crate::tools::apt;

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
    let missing =
        format!("PostgreSQL's {PROGRAMS:?} are neither on the path nor in {DEBIAN_VERSIONS}");
    apt::install(PACKAGE, &missing)?;
    ensure!(
        is_installed(),
        "the package `{PACKAGE}` brought no {PROGRAMS:?} to {DEBIAN_VERSIONS}"
    );
    Ok(())
}

fn is_installed() -> bool {
    let versions = std::fs::read_dir(DEBIAN_VERSIONS)
        .into_iter()
        .flatten()
        .flatten();
    let versions = versions.map(|version| version.path().join("bin"));
    let mut folders = apt::path().into_iter().chain(versions);
    folders.any(|folder| PROGRAMS.iter().all(|program| folder.join(program).exists()))
}
