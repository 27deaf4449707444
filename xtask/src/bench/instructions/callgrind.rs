//! Valgrind's tool that counts instructions: the same figure in every run, whatever else the machine does.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::{command, read};
use crate::tools::apt;

const PROGRAM: &str = "valgrind";

/// Installs Debian's package when the program is missing.
pub fn install() -> Result<()> {
    apt::provide(PROGRAM, PROGRAM)
}

/// Runs a command to its end: how many instructions it took, and its standard output.
///
/// Its environment is empty, since the stack begins below it, and copying depends on where things lie.
pub fn count(program: &Command, scratch: &Path) -> Result<(u64, Vec<u8>)> {
    let path = scratch.join("callgrind.out");
    let mut valgrind = command(PROGRAM);
    valgrind.env_clear().args(["--quiet", "--tool=callgrind"]);
    valgrind.arg(format!("--callgrind-out-file={}", path.display()));
    valgrind.arg(program.get_program()).args(program.get_args());
    let output = read(&mut valgrind)?;
    let profile = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let count = total(&profile)
        .with_context(|| format!("callgrind told no total in {}", path.display()))?;
    Ok((count, output))
}

fn total(profile: &str) -> Option<u64> {
    profile
        .lines()
        .find_map(|line| line.strip_prefix("totals:"))?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_as_callgrind_writes_it() {
        assert_eq!(
            total("events: Ir\nfn=(1)\n0 5\n\ntotals: 210312032\n"),
            Some(210_312_032)
        );
        assert_eq!(total("events: Ir\n"), None);
    }
}
