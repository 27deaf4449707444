//! `cargo xtask bench`: provides the programs that a part needs and starts the runner in `bench/`.

use std::ffi::OsStr;

use anyhow::Result;

use crate::command::{command, run};
use crate::tools::{apt, onnxruntime};

/// Program, its Debian package, and the parts that need it.
const TOOLS: [(&str, &str, &[&str]); 3] = [
    ("valgrind", "valgrind", &["instructions", "check"]),
    ("wrk", "wrk", &["serve", "start", "check"]),
    ("h2load", "nghttp2-client", &["serve", "check"]),
];
/// Parts that score with onnxruntime's shared library.
const WITH_ONNXRUNTIME: [&str; 2] = ["score", "check"];

/// Runs `bench/run.py` with `arguments`, whose first one is the part.
///
/// # Errors
///
/// When a program cannot be installed, or the runner fails.
pub fn start<S: AsRef<OsStr> + AsRef<str>>(arguments: &[S]) -> Result<()> {
    let part: &str = arguments.first().map_or("", AsRef::as_ref);
    for (program, package, parts) in TOOLS {
        if parts.contains(&part) {
            apt::provide(program, package)?;
        }
    }

    let mut runner = command("python3");
    runner.arg("bench/run.py").args(arguments);
    if WITH_ONNXRUNTIME.contains(&part) {
        runner.env("ORT_DYLIB_PATH", onnxruntime::library()?);
    }
    run(&mut runner)
}
