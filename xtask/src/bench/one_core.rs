//! A program that stays on one core, so that no move to another one is measured.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::command;

/// The same command on the last core that this process may use; the first has the most of the system's own work.
pub fn bound(program: &Command) -> Result<Command> {
    let status = fs::read_to_string("/proc/self/status").context("cores are known on Linux alone")?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let core = list.and_then(last_of).context("/proc/self/status names no cores")?;
    let mut bound = command("taskset");
    bound.args(["--cpu-list", &core.to_string()]).arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    Ok(bound)
}

/// The last core of a list like `0-3,8`.
fn last_of(list: &str) -> Option<u32> {
    list.trim().rsplit([',', '-']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_core_is_taken() {
        for (list, want) in [("\t0-3", Some(3)), ("2,5-7", Some(7)), ("0-3,8\n", Some(8)), ("4", Some(4)), ("", None)] {
            assert_eq!(last_of(list), want, "{list}");
        }
    }

    #[test]
    fn what_is_bound_keeps_its_arguments_and_its_environment() {
        let mut program = Command::new("sh");
        program.args(["-c", "echo $KEPT; nproc"]).env("KEPT", "yes");
        let output = bound(&program).unwrap().output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "yes\n1\n");
    }
}
