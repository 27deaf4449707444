//! `cargo xtask bench`: starts the runner in `bench/`.

use std::ffi::OsStr;

use anyhow::Result;

use crate::command::{command, run};
use crate::tasks::{python, spark};
use crate::tools::onnxruntime;
use crate::tools::requirement::Requirement;

/// Parts that score with onnxruntime's shared library.
const WITH_ONNXRUNTIME: [&str; 2] = ["score", "check"];
/// Parts that score with the Python package.
const WITH_PYTHON_PACKAGE: [&str; 2] = ["python", "check"];

/// Programs that the part in `arguments` needs.
pub fn requirements(arguments: &[String]) -> &'static [Requirement] {
    match arguments.first().map(String::as_str) {
        Some("instructions") => &[Requirement::Pip, Requirement::Valgrind],
        Some("serve") => &[Requirement::H2load, Requirement::Pip, Requirement::Wrk],
        Some("spark") => &[Requirement::Jre, Requirement::Pip],
        Some("start") => &[Requirement::Pip, Requirement::Wrk],
        Some("check") => &[
            Requirement::H2load,
            Requirement::Pip,
            Requirement::Valgrind,
            Requirement::Wrk,
        ],
        _ => &[Requirement::Pip],
    }
}

/// Runs `bench/run.py` with `arguments`, whose first one is the part.
///
/// # Errors
///
/// When the runner fails.
pub fn run_part<S: AsRef<OsStr> + AsRef<str>>(arguments: &[S]) -> Result<()> {
    let part: &str = arguments.first().map_or("", AsRef::as_ref);
    let mut runner = command("python3");
    runner.arg("bench/run.py").args(arguments);
    if WITH_ONNXRUNTIME.contains(&part) {
        runner.env("ORT_DYLIB_PATH", onnxruntime::library()?);
    }
    if WITH_PYTHON_PACKAGE.contains(&part) {
        runner.env(
            "BENCH_PYTHON_PACKAGE",
            python::Environment::prepare(part == "check")?.site,
        );
    }
    if part == "spark" {
        let site = python::Environment::prepare(false)?.site;
        let [spark, packages] = spark::packages()?;
        let folders = std::env::join_paths([site, spark, packages])?;
        runner.env("BENCH_SPARK", folders);
    }
    run(&mut runner)
}
