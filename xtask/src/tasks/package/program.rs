//! The program of a release.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::command::{cargo, command, run, target};
use crate::tools::relevance;

/// Builds the program and returns its path; for tests, the stripped program of the dev profile in
/// `folder`.
pub fn build(folder: &Path, platform: &str) -> Result<PathBuf> {
    if relevance::is_dev() {
        let program = folder.join("program/relevance");
        fs::create_dir_all(folder.join("program"))?;
        fs::copy(relevance::build()?, &program)?;
        run(command("strip").arg(&program))?;
        return Ok(program);
    }

    let mut build = cargo();
    build
        .args(["build", "--profile", "dist", "--locked"])
        .args(["--package", "relevance", "--all-features"])
        .args(["--target", platform]);
    if platform.contains("linux") {
        // Static with glibc, as the image has it: it runs on every distribution. The explicit target keeps the
        // flag away from procedural macros, which are dynamic libraries.
        build.env("RUSTFLAGS", "-C target-feature=+crt-static");
    }
    run(&mut build)?;

    Ok(target().join(platform).join("dist").join(file_name()))
}

/// Name of the program's file on this platform.
pub fn file_name() -> String {
    format!("relevance{}", std::env::consts::EXE_SUFFIX)
}
