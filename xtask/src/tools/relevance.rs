//! This repository's programs, as tasks run them.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{cargo, run, target};

/// Variable with the profile of the programs: `release`, the default, or `dev`.
const PROFILE: &str = "XTASK_PROFILE";
/// Packages of the programs. They are built together, so that their dependencies have the same
/// features and are built once.
const PACKAGES: [&str; 4] = [
    "onnxruntime-predict",
    "relevance",
    "relevance-bench",
    "relevance-sample",
];

/// Whether the programs have the profile of the tests.
pub fn is_dev() -> bool {
    std::env::var(PROFILE).is_ok_and(|profile| profile == "dev")
}

/// Builds the programs and returns the path of `relevance`.
pub fn build() -> Result<PathBuf> {
    build_program("relevance")
}

/// Builds the programs and returns the path of one of them.
pub fn build_program(name: &str) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--locked"]);

    let folder = if is_dev() {
        // As for the tests: a selection of packages has dependencies with other features, which would
        // be built once more.
        build.args(["--workspace", "--all-targets"]);
        "debug"
    } else {
        build.args(["--release", "--bins"]);
        for package in PACKAGES {
            build.args(["--package", package]);
        }
        "release"
    };
    run(&mut build)?;

    Ok(target().join(folder).join(name))
}
