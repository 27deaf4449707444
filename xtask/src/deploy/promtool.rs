//! Prometheus's own checks.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};

use crate::command::{self, command};
use crate::debian;

const PROGRAM: &str = "promtool";
const PACKAGE: &str = "prometheus";

/// Installs Debian's package when the program is missing.
pub fn install() -> Result<()> {
    if !is_installed() {
        debian::install(PACKAGE, &format!("`{PROGRAM}` is not on the path"))?;
    }
    ensure!(is_installed(), "the package `{PACKAGE}` brought no `{PROGRAM}` to the path");
    Ok(())
}

fn is_installed() -> bool {
    debian::path().iter().any(|folder| folder.join(PROGRAM).exists())
}

/// Runs a check on files.
pub fn run(arguments: &[&str]) -> Result<()> {
    command::run(command(PROGRAM).args(arguments))
}

/// Fails when metrics are not well formed, or not as Prometheus advises.
///
/// promtool reads the format before OpenMetrics, in which a counter's family has the suffix of its sample too.
pub fn check_metrics(exposition: &str) -> Result<()> {
    let counters: Vec<&str> =
        exposition.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter")).collect();
    ensure!(!counters.is_empty(), "there is no counter in\n{exposition}");
    let mut text = String::new();
    for line in exposition.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", kind @ ("HELP" | "TYPE"), family, rest] if counters.contains(&family) => {
                text.push_str(&format!("# {kind} {family}_total {rest}"));
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    let mut check = command(PROGRAM);
    let mut check = check.args(["check", "metrics"]).stdin(Stdio::piped()).spawn().context("cannot run promtool")?;
    check.stdin.take().context("no standard input")?.write_all(text.as_bytes())?;
    let status = check.wait()?;
    ensure!(status.success(), "`promtool check metrics` failed: {status}");
    Ok(())
}
