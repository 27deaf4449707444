//! Which core what is measured is bound to, and which what loads it.

use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::command;

/// Two cores, or one twice where there is no other.
pub struct Cores {
    server: u32,
    load: u32,
}

impl Cores {
    /// The first two that this process may use, of which the second is the server's.
    pub fn of_this_process() -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status")
            .context("the cores are known on Linux alone")?;
        let list = status
            .lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        list.and_then(|list| Self::first_of(list.trim()))
            .context("/proc/self/status names no cores")
    }

    /// Reads a list like `0-3,8`.
    fn first_of(list: &str) -> Option<Self> {
        let mut cores = list.split(',').flat_map(|range| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            from.parse::<u32>()
                .ok()
                .zip(to.parse().ok())
                .into_iter()
                .flat_map(|(from, to)| from..=to)
        });
        let load = cores.next()?;
        Some(Self {
            server: cores.next().unwrap_or(load),
            load,
        })
    }

    /// The command on the core of what is measured, a server or not: not the first, which has most of the system's own work.
    pub fn server(&self, command: &Command) -> Command {
        bound(self.server, command)
    }

    /// The command on the other core.
    pub fn load(&self, command: &Command) -> Command {
        bound(self.load, command)
    }
}

impl fmt::Display for Cores {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.server == self.load {
            return write!(
                formatter,
                "Server and load share core {}, the only one",
                self.server
            );
        }
        write!(
            formatter,
            "The server is bound to core {}, the load to core {}",
            self.server, self.load
        )
    }
}

fn bound(core: u32, program: &Command) -> Command {
    let mut bound = command("taskset");
    bound
        .args(["--cpu-list", &core.to_string()])
        .arg(program.get_program())
        .args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_two_cores_are_taken_and_a_lone_one_twice() {
        for (list, want) in [
            ("0-3", Some((0, 1))),
            ("2,5-7", Some((2, 5))),
            ("4", Some((4, 4))),
            ("", None),
        ] {
            let cores = Cores::first_of(list).map(|cores| (cores.load, cores.server));
            assert_eq!(cores, want, "{list}");
        }
    }

    #[test]
    fn what_is_bound_keeps_its_arguments_and_its_environment() {
        let mut program = Command::new("sh");
        program
            .args(["-c", "echo $KEPT; taskset -c -p $$"])
            .env("KEPT", "yes");
        let cores = Cores::of_this_process().unwrap();
        let output = cores.server(&program).output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.starts_with("yes\n") && output.ends_with(&format!(": {}\n", cores.server)),
            "{output}"
        );
    }
}
