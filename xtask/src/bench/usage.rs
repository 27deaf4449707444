//! Memory and processor time of a process that runs, with its children's.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// What a process and its children hold, of which what they share counts for each, and took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Resident now.
    pub resident_kib: u32,
    /// The most that was resident at one time.
    pub peak_kib: u32,
    /// Over all threads that still run, in the program and in the system.
    pub processor: Duration,
}

impl Usage {
    /// Reads `/proc`.
    pub fn of(process: u32) -> Result<Self> {
        let folder = PathBuf::from(format!("/proc/{process}"));
        let status =
            fs::read_to_string(folder.join("status")).context("usage is known on Linux alone")?;
        let field = |name| {
            kibibytes(&status, name).with_context(|| format!("process {process} has no `{name}`"))
        };
        let (resident_kib, peak_kib) = (field("VmRSS:")?, field("VmHWM:")?);
        let mut usage = Self {
            resident_kib,
            peak_kib,
            processor: Duration::ZERO,
        };
        for thread in fs::read_dir(folder.join("task"))? {
            let thread = thread?.path();
            usage.processor += on_processor(&fs::read_to_string(thread.join("schedstat"))?)?;
            for child in fs::read_to_string(thread.join("children"))?.split_whitespace() {
                usage.add(Self::of(child.parse()?)?);
            }
        }
        Ok(usage)
    }

    fn add(&mut self, other: Self) {
        self.resident_kib += other.resident_kib;
        self.peak_kib += other.peak_kib;
        self.processor += other.processor;
    }
}

/// The first of its numbers are nanoseconds.
fn on_processor(schedstat: &str) -> Result<Duration> {
    let nanoseconds = schedstat
        .split_whitespace()
        .next()
        .context("a thread has no `schedstat`")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

fn kibibytes(status: &str, name: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn children_count_and_what_was_given_back_is_in_the_peak_alone() {
        let hold = "import subprocess, sys; held = b'1' * (200 << 20); del held; \
                    child = subprocess.Popen([sys.executable, '-c', \"held = b'1' * (50 << 20); print(1, flush=True); \
                    input()\"]); child.wait()";
        let mut python = Command::new("python3");
        let mut python = python
            .args(["-c", hold])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let mut line = String::new();
        BufReader::new(python.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let usage = Usage::of(python.id()).unwrap();
        drop(python.stdin.take());
        python.wait().unwrap();
        assert!(
            (50 << 10..150 << 10).contains(&usage.resident_kib),
            "{usage:?}"
        );
        assert!(usage.processor > Duration::from_millis(10), "{usage:?}");
        assert!(
            (250 << 10..400 << 10).contains(&usage.peak_kib),
            "{usage:?}"
        );
    }
}
