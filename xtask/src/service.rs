//! A service that a task starts, asks and stops.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{line, run};

/// A running service; it is killed when a task leaves it.
pub struct Service {
    process: Child,
    /// Where it listens, as `host:port`.
    pub address: String,
}

impl Service {
    /// Runs a command that serves, and waits for its address.
    pub fn start(command: &mut Command) -> Result<Self> {
        eprintln!("$ {}", line(command));
        let mut process =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("cannot run the command")?;
        let talk = BufReader::new(process.stderr.take().context("no stderr")?);
        for line in talk.lines() {
            let line = line?;
            eprintln!("  {line}");
            if let Some((_, address)) = line.split_once("http://") {
                return Ok(Self { process, address: address.to_owned() });
            }
        }
        bail!("the command ended before it served: {}", process.wait()?)
    }

    /// Asks it to end, and fails when it does not do so cleanly.
    pub fn stop(mut self) -> Result<()> {
        run(Command::new("kill").args(["-TERM", &self.process.id().to_string()]))?;
        let status = self.process.wait()?;
        ensure!(status.success(), "the service did not stop cleanly: {status}");
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.process.kill();
    }
}
