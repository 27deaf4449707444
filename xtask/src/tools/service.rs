//! The command in release, serving.

use std::io::{self, BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{cargo, clean, run, target};

/// A service that runs until it is stopped or dropped.
pub struct Service {
    process: Child,
    address: String,
}

/// Builds the command in release and gives its place.
pub fn build() -> Result<PathBuf> {
    run(cargo().args(["build", "--release", "--locked"]))?;
    Ok(target().join("release/relevance"))
}

impl Service {
    /// Builds the command, runs it with `arguments` on a port of the system's choice, and waits for its address.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let mut relevance = clean(&build()?);
        relevance
            .args(arguments)
            .args(["--port", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = relevance.spawn().context("cannot run the command")?;
        let mut talk = BufReader::new(process.stderr.take().context("no stderr")?);
        let mut line = String::new();
        while talk.read_line(&mut line)? > 0 {
            eprint!("  {line}");
            if let Some((_, address)) = line.trim_end().split_once("http://") {
                let address = format!("http://{address}");
                // What nobody reads would fill the pipe and hold the service up.
                thread::spawn(move || io::copy(&mut talk, &mut io::sink()));
                return Ok(Self { process, address });
            }
            line.clear();
        }
        bail!("the command ended before it served: {}", process.wait()?)
    }

    /// Where it answers, without a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends it as a platform does, and fails when it does not end well.
    pub fn stop(mut self) -> Result<()> {
        run(Command::new("kill").args(["-TERM", &self.process.id().to_string()]))?;
        let status = self.process.wait()?;
        ensure!(
            status.success(),
            "the service did not stop cleanly: {status}"
        );
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.process.kill();
    }
}
