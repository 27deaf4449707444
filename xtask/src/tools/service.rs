//! `relevance` as a running service.

use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::clean;
use crate::tools::relevance;

/// Longest time to end after SIGTERM: then platforms kill a process.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// A service that runs until it is stopped or dropped.
pub struct Service {
    process: Child,
    address: String,
}

impl Service {
    /// Builds the program, runs it with `arguments` on a free port, and waits until it prints its
    /// address.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let mut relevance = clean(&relevance::build()?);
        relevance
            .args(arguments)
            .args(["--port", "0"])
            .stdout(Stdio::null());
        Self::spawn(&mut relevance)
    }

    /// Runs a command with a service on a free port, and waits until it prints its address.
    pub fn spawn(relevance: &mut Command) -> Result<Self> {
        let mut process = relevance
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run `relevance`")?;
        let mut log = BufReader::new(process.stderr.take().context("no standard error")?);

        let mut line = String::new();
        while log.read_line(&mut line)? > 0 {
            eprint!("  {line}");
            if let Some((_, address)) = line.trim_end().split_once("http://") {
                let address = format!("http://{address}");
                // Discards the rest of the log: a full pipe would block the service.
                thread::spawn(move || io::copy(&mut log, &mut io::sink()));
                return Ok(Self { process, address });
            }
            line.clear();
        }
        bail!(
            "`relevance` ended before it printed an address: {}",
            process.wait()?
        )
    }

    /// Base URL without a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The process.
    pub const fn process(&mut self) -> &mut Child {
        &mut self.process
    }

    /// Sends a signal, such as `HUP`.
    pub fn signal(&self, name: &str) -> Result<()> {
        let process = self.process.id().to_string();
        let mut kill = Command::new("kill");
        let status = kill.args([&format!("-{name}"), &process]).status()?;
        ensure!(status.success(), "SIG{name} was not sent: {status}");
        Ok(())
    }

    /// Ends the service as a platform does, with SIGTERM, and fails when it does not exit with 0 in
    /// time.
    pub fn stop(mut self) -> Result<()> {
        self.signal("TERM")?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait()? {
                break status;
            }
            ensure!(
                start.elapsed() < STOP_TIMEOUT,
                "the service did not stop within {} s of SIGTERM",
                STOP_TIMEOUT.as_secs()
            );
            thread::sleep(Duration::from_millis(10));
        };
        ensure!(
            status.success(),
            "the service did not stop cleanly: {status}"
        );
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Fails when the process has already ended.
        let _ = self.process.kill();
    }
}
