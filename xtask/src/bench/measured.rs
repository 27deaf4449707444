//! Wall time, processor time and peak memory of a process, from outside.
//!
//! The system counts what a process held when it began a child towards the child's peak, so whoever measures holds
//! little, and a peak that this could have made is refused.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use wait4::Wait4 as _;

use crate::command::line;

/// What one run of a process took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// From its start to its end.
    pub wall: Duration,
    /// Over all threads, in the program and in the system.
    pub processor: Duration,
    /// The most memory that was resident at one time.
    pub peak_kib: u32,
}

/// The runs of one process, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    first: Measured,
    others: Vec<Measured>,
}

impl Runs {
    pub const fn new(first: Measured) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }

    pub fn push(&mut self, run: Measured) {
        self.others.push(run);
    }

    /// The fastest run.
    pub fn best(&self) -> Measured {
        self.others.iter().fold(
            self.first,
            |best, &run| if run.wall < best.wall { run } else { best },
        )
    }

    /// The wall time in the middle; of an even number of runs, the later of the two.
    pub fn median(&self) -> Duration {
        let mut walls: Vec<_> = self
            .others
            .iter()
            .map(|run| run.wall)
            .chain([self.first.wall])
            .collect();
        walls.sort_unstable();
        walls[walls.len() / 2]
    }
}

/// Measures processes whose peak is above its own.
pub struct Meter {
    floor_kib: u32,
}

impl Meter {
    /// Finds the peak that a process has which does nothing.
    pub fn new() -> Result<Self> {
        let (nothing, _) = run(&mut Command::new("true"))?;
        Ok(Self {
            floor_kib: nothing.peak_kib,
        })
    }

    /// Runs a command to its end: what it took, and its standard output.
    ///
    /// # Errors
    /// When it fails, with what it said; when its peak cannot be told from this process's.
    pub fn measure(&self, command: &mut Command) -> Result<(Measured, Vec<u8>)> {
        let (measured, output) = run(command)?;
        let (line, peak, floor) = (line(command), measured.peak_kib, self.floor_kib);
        ensure!(
            peak > floor,
            "the peak of `{line}` is {peak} KiB, and the task alone gives it {floor} KiB"
        );
        Ok((measured, output))
    }
}

/// Runs a command to its end for its times; it may hold so little memory that its peak tells nothing.
///
/// # Errors
/// When it fails, with what it said.
pub fn time(command: &mut Command) -> Result<Measured> {
    Ok(run(command)?.0)
}

fn run(command: &mut Command) -> Result<(Measured, Vec<u8>)> {
    let line = line(command);
    // A file takes whatever the process says, where a full pipe would stop it.
    let mut talk = tempfile::tempfile()?;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(talk.try_clone()?);
    let start = Instant::now();
    let mut process = command
        .spawn()
        .with_context(|| format!("cannot run `{line}`"))?;
    let mut output = Vec::new();
    process
        .stdout
        .take()
        .context("no standard output")?
        .read_to_end(&mut output)?;
    let end = process
        .wait4()
        .with_context(|| format!("cannot wait for `{line}`"))?;
    let wall = start.elapsed();
    if !end.status.success() {
        let mut said = String::new();
        talk.seek(SeekFrom::Start(0))?;
        talk.read_to_string(&mut said)?;
        anyhow::bail!("`{line}` failed: {}\n{}", end.status, said.trim_end());
    }
    let usage = end.rusage;
    let peak_kib = u32::try_from(usage.maxrss / 1024).unwrap_or(u32::MAX);
    Ok((
        Measured {
            wall,
            processor: usage.utime + usage.stime,
            peak_kib,
        },
        output,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    fn runs(milliseconds: &[u64]) -> Runs {
        let run = |&wall: &u64| Measured {
            wall: Duration::from_millis(wall),
            processor: Duration::ZERO,
            peak_kib: u32::try_from(wall).unwrap(),
        };
        let mut runs = Runs::new(run(&milliseconds[0]));
        milliseconds[1..]
            .iter()
            .for_each(|wall| runs.push(run(wall)));
        runs
    }

    #[test]
    fn the_best_run_keeps_its_own_peak() {
        let best = runs(&[30, 10, 20]).best();
        assert_eq!((best.wall.as_millis(), best.peak_kib), (10, 10));
    }

    #[test]
    fn the_median_is_the_run_in_the_middle() {
        for (walls, want) in [
            (vec![7], 7),
            (vec![9, 5], 9),
            (vec![30, 10, 20], 20),
            (vec![4, 1, 3, 2], 3),
        ] {
            assert_eq!(
                runs(&walls).median(),
                Duration::from_millis(want),
                "{walls:?}"
            );
        }
    }

    #[test]
    fn memory_that_a_process_holds_is_seen() {
        let held = "import sys; held = b'1' * (400 << 20); print(len(held))";
        let (measured, output) = run(Command::new("python3").args(["-c", held])).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap().trim(),
            (400 << 20).to_string()
        );
        assert!(
            (400 << 10..600 << 10).contains(&measured.peak_kib),
            "{measured:?}"
        );
    }

    #[test]
    fn time_of_the_processor_is_not_time_on_the_clock() {
        let (measured, _) = run(&mut shell(
            "read line < /dev/null; exec python3 -c 'import time; time.sleep(0.5)'",
        ))
        .unwrap();
        assert!(measured.wall >= Duration::from_millis(500), "{measured:?}");
        assert!(measured.processor < measured.wall, "{measured:?}");
    }

    #[test]
    fn a_failure_tells_what_the_process_said() {
        let error = run(&mut shell("echo it is broken >&2; exit 3"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("exit status: 3") && error.ends_with("it is broken"),
            "{error}"
        );
    }

    #[test]
    fn a_peak_that_is_the_task_s_own_is_refused() {
        let error = Meter {
            floor_kib: u32::MAX,
        }
        .measure(&mut shell("exit"))
        .unwrap_err()
        .to_string();
        assert!(error.contains("the task alone gives it"), "{error}");
    }
}
