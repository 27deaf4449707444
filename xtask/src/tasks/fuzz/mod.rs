//! The fuzz targets of `fuzz/`, on stable Rust.
//!
//! Only the crates of the workspace are compiled for it, with the coverage that libFuzzer reads; their
//! dependencies are those of the tests.

mod run;

use std::fs;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context as _, Result, ensure};

use crate::command::{cargo, root, run as run_command, target};
use run::Target;

pub use run::Options;

/// Runs the targets, all of them without names, and fails when an input makes one fail.
pub fn check(options: Options, names: &[String]) -> Result<()> {
    let all = targets()?;
    for name in names {
        ensure!(
            all.contains(name),
            "no fuzz target is called `{name}`; there are {}",
            all.join(", ")
        );
    }
    let names = if names.is_empty() { &all } else { names };

    build(names)?;
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut failures = Vec::new();
    for names in names.chunks(cores) {
        failures.extend(run_together(names, options)?);
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

/// Runs targets at the same time and describes their failures.
fn run_together(names: &[String], options: Options) -> Result<Vec<String>> {
    thread::scope(|scope| {
        let run = |name| move || Target::new(name)?.run(options);
        let runs: Vec<_> = names.iter().map(|name| scope.spawn(run(name))).collect();

        let results = runs.into_iter().map(|run| match run.join() {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        });
        let failures = results.collect::<Result<Vec<_>>>()?;
        Ok(failures.into_iter().flatten().collect())
    })
}

/// Returns the names of the targets, in order.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;

    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

/// Builds the targets.
fn build(names: &[String]) -> Result<()> {
    let mut build = cargo();
    build
        // As for the tests: another selection has dependencies with other features. The workspace has
        // no examples, but the flag adds the features that only tests need.
        .args(["build", "--locked", "--workspace", "--examples"])
        .args(["--features", "relevance-fuzz/fuzzing"])
        .env("RUSTC_WORKSPACE_WRAPPER", root().join("fuzz/instrument.sh"));
    for name in names {
        build.args(["--bin", name]);
    }
    run_command(&mut build)
}

/// Folder of the corpora and the inputs that make a target fail.
fn folder() -> PathBuf {
    target().join("fuzz")
}
