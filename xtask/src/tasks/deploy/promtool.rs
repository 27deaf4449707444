//! Prometheus's own checks.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};

use crate::command::{self, command};
use crate::tools::apt;

const PROGRAM: &str = "promtool";
const PACKAGE: &str = "prometheus";

/// Installs Debian's package when the program is missing.
pub fn install() -> Result<()> {
    apt::provide(PROGRAM, PACKAGE)
}

/// Runs a check on files.
pub fn run(arguments: &[&str]) -> Result<()> {
    command::run(command(PROGRAM).args(arguments))
}

/// Fails when metrics are not well formed, or not as Prometheus advises.
pub fn check_metrics(exposition: &str) -> Result<()> {
    let mut check = command(PROGRAM);
    let mut check = check
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot run promtool")?;
    check
        .stdin
        .take()
        .context("no standard input")?
        .write_all(older_format(exposition).as_bytes())?;
    let status = check.wait()?;
    ensure!(
        status.success(),
        "`promtool check metrics` failed: {status}"
    );
    Ok(())
}

/// What promtool reads is an older format, in which the family of a counter has the suffix of its sample too.
fn older_format(exposition: &str) -> String {
    let counters: Vec<&str> = exposition
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"))
        .collect();
    let lines = exposition
        .lines()
        .map(|line| match line.splitn(4, ' ').collect::<Vec<_>>()[..] {
            ["#", kind, family, rest] if counters.contains(&family) => {
                format!("# {kind} {family}_total {rest}\n")
            }
            _ => format!("{line}\n"),
        });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_of_a_counter_gets_its_suffix() {
        let exposition =
            "# HELP a Some.\n# TYPE a counter\na_total 1\n# TYPE b gauge\nb 2\n# EOF\n";
        let older =
            "# HELP a_total Some.\n# TYPE a_total counter\na_total 1\n# TYPE b gauge\nb 2\n# EOF\n";
        assert_eq!(older_format(exposition), older);
    }
}
