//! Checks by Prometheus's `promtool`.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};

use crate::command::{self, command};

const PROGRAM: &str = "promtool";

/// Runs a check on files.
pub fn run(arguments: &[&str]) -> Result<()> {
    command::run(command(PROGRAM).args(arguments))
}

/// Fails when metrics are malformed or break Prometheus's conventions.
pub fn check_metrics(exposition: &str) -> Result<()> {
    let mut check = command(PROGRAM);
    let mut check = check
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot run promtool")?;
    let mut input = check.stdin.take().context("no standard input")?;
    input.write_all(to_text_format(exposition).as_bytes())?;
    drop(input);

    let status = check.wait()?;
    ensure!(
        status.success(),
        "`promtool check metrics` failed: {status}"
    );
    Ok(())
}

/// Converts to Prometheus's older text format, where a counter's family has the suffix `_total` too.
fn to_text_format(exposition: &str) -> String {
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
    fn a_counters_family_gets_the_suffix_of_its_sample() {
        let exposition =
            "# HELP a Some.\n# TYPE a counter\na_total 1\n# TYPE b gauge\nb 2\n# EOF\n";
        let expected =
            "# HELP a_total Some.\n# TYPE a_total counter\na_total 1\n# TYPE b gauge\nb 2\n# EOF\n";
        assert_eq!(to_text_format(exposition), expected);
    }
}
