//! A run of a hook with stand-ins for the programs that it calls.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::command::root;
use crate::tools::system;

/// Image of the service in the environment of the hooks.
pub const IMAGE_URL: &str =
    "europe-west1-docker.pkg.dev/some-project/cloud-run-source-deploy/relevance";

/// Appends its command line to `$CALLS`, and fails if that is a line of `$FAILING`.
const STAND_IN: &str = r#"#!/bin/bash
call="${0##*/} $*"
echo "$call" >> "$CALLS"
if grep --quiet --fixed-strings --line-regexp -- "$call" <<< "$FAILING"; then
    echo "stand-in: $call fails" >&2
    exit 1
fi
"#;

/// Programs that stand-ins replace.
const PROGRAMS: [&str; 2] = ["docker", "gcloud"];

/// A run of a hook, with the calls and the result that it must have.
pub struct HookCase {
    name: &'static str,
    calls: Vec<String>,
    failing: Vec<String>,
    environment: BTreeMap<&'static str, String>,
    output: &'static str,
    /// Part of standard error, when the hook must fail.
    error: Option<&'static str>,
}

impl HookCase {
    /// A run that makes `calls` in this order and succeeds.
    pub fn new(name: &'static str, calls: &[&str]) -> Self {
        Self {
            name,
            calls: calls.iter().map(ToString::to_string).collect(),
            failing: vec![],
            environment: environment(),
            output: "",
            error: None,
        }
    }

    /// Lets calls fail.
    pub fn with_failing(mut self, calls: &[&str]) -> Self {
        self.failing = calls.iter().map(ToString::to_string).collect();
        self
    }

    /// Sets a variable, or removes it.
    pub fn with_variable(mut self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.environment.insert(name, value),
            None => self.environment.remove(name),
        };
        self
    }

    /// Requires a part of standard output.
    pub fn prints(mut self, output: &'static str) -> Self {
        self.output = output;
        self
    }

    /// Requires that the hook fails, with a part of standard error.
    pub fn fails_with(mut self, error: &'static str) -> Self {
        self.error = Some(error);
        self
    }

    /// Runs a command as the button's hook and compares calls, streams and exit status.
    pub fn check(&self, hook: &str) -> Result<()> {
        let folder = TempDir::new()?;
        let output = self
            .run(hook, folder.path())
            .with_context(|| format!("cannot run {hook}"))?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let context = || format!("{hook}, {}:\n{stdout}{stderr}", self.name);

        let made = fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
        let made: Vec<&str> = made.lines().collect();
        ensure!(
            made == self.calls,
            "{}the calls are\n  {}\nand not\n  {}",
            context(),
            made.join("\n  "),
            self.calls.join("\n  ")
        );

        let is_expected = output.status.success() == self.error.is_none();
        let error = self.error.unwrap_or_default();
        ensure!(is_expected, "{}the end is {}", context(), output.status);
        ensure!(
            stdout.contains(self.output),
            "{}no `{}` in the output",
            context(),
            self.output
        );
        ensure!(
            stderr.contains(error),
            "{}no `{error}` in the errors",
            context()
        );
        println!("{hook}: {}", self.name);
        Ok(())
    }

    /// Runs a command in the shell and the environment that the button gives it.
    fn run(&self, hook: &str, folder: &Path) -> Result<Output> {
        let programs = folder.join("bin");
        fs::create_dir(&programs)?;
        for program in PROGRAMS {
            let path = programs.join(program);
            system::write_script(&path, STAND_IN)?;
        }

        let mut shell = Command::new("/bin/bash");
        shell
            .args(["-c", &format!("set -euo pipefail; set -x; {hook}")])
            .current_dir(root())
            .env_clear()
            .envs(&self.environment)
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .env("CALLS", folder.join("calls"))
            .env("FAILING", self.failing.join("\n"));
        Ok(shell.output()?)
    }
}

/// Returns the variables that the button sets.
fn environment() -> BTreeMap<&'static str, String> {
    let values = [
        ("GOOGLE_CLOUD_PROJECT", "some-project"),
        ("GOOGLE_CLOUD_REGION", "europe-west1"),
        ("IMAGE_URL", IMAGE_URL),
        ("K_SERVICE", "relevance"),
        ("RELEVANCE_API_KEY", "some-key"),
        ("SERVICE_URL", "https://relevance.example"),
    ];
    let mut environment = BTreeMap::from(values.map(|(name, value)| (name, value.to_owned())));
    environment.insert("APP_DIR", root().display().to_string());
    environment
}
