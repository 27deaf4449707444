//! What loads a server from outside: wrk over HTTP, and a program of our own over gRPC.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::cores::Cores;
use super::programs::Programs;
use crate::command::{command, line, read};
use crate::tools::apt;

const WRK: &str = "wrk";

/// What came of a load, as both programs print it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Outcome {
    pub answers: u32,
    pub seconds: f64,
    /// Everything that the server sent, with heads and frames.
    pub bytes: f64,
    /// Answers other than 200, and connections that broke.
    failures: u32,
    /// The latency that half of the answers did not exceed, and so on.
    pub p50_us: f64,
    pub p99_us: f64,
    pub p999_us: f64,
}

impl Outcome {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        f64::from(self.answers) / self.seconds
    }

    pub fn bytes_per_answer(&self) -> f64 {
        self.bytes / f64::from(self.answers)
    }
}

/// Installs wrk when it is missing.
pub fn install() -> Result<()> {
    apt::provide(WRK, WRK)
}

/// Posts the lines of a file over so many connections, each with one request at a time.
pub struct HttpLoad<'a> {
    pub url: String,
    pub bodies: &'a Path,
    pub connections: u32,
    pub seconds: u32,
}

/// Calls `ModelInfer` with the text of each line of a file.
pub struct GrpcLoad<'a> {
    pub port: u16,
    pub bodies: &'a Path,
    pub connections: u32,
    /// Calls that a connection has open at a time.
    pub streams: u32,
    pub seconds: u32,
}

impl HttpLoad<'_> {
    /// On the core of the load.
    pub fn run(&self, cores: &Cores) -> Result<Outcome> {
        outcome(&mut cores.load(&self.command()))
    }

    /// On any core.
    pub fn run_anywhere(&self) -> Result<Outcome> {
        outcome(&mut self.command())
    }

    fn command(&self) -> Command {
        let mut wrk = command(WRK);
        wrk.args([
            "--threads",
            "1",
            "--connections",
            &self.connections.to_string(),
        ]);
        wrk.args([
            "--duration",
            &self.seconds.to_string(),
            "--script",
            "xtask/bench/serve/load.lua",
            &self.url,
            "--",
        ]);
        wrk.arg(self.bodies);
        wrk
    }
}

impl GrpcLoad<'_> {
    /// On the core of the load.
    pub fn run(&self, programs: &Programs, cores: &Cores) -> Result<Outcome> {
        let mut load = programs.grpc_load();
        load.args([
            "--port",
            &self.port.to_string(),
            "--connections",
            &self.connections.to_string(),
        ]);
        load.args([
            "--streams",
            &self.streams.to_string(),
            "--seconds",
            &self.seconds.to_string(),
        ]);
        outcome(&mut cores.load(load.arg("--bodies").arg(self.bodies)))
    }
}

/// Reads the last line; wrk prints its own figures before.
fn outcome(command: &mut Command) -> Result<Outcome> {
    let output = String::from_utf8(read(command)?)?;
    let told = output
        .lines()
        .last()
        .with_context(|| format!("`{}` printed nothing", line(command)))?;
    let outcome: Outcome =
        serde_json::from_str(told).with_context(|| format!("no figures: `{told}`"))?;
    ensure!(
        outcome.failures == 0,
        "of {} requests {} failed",
        outcome.answers,
        outcome.failures
    );
    ensure!(
        outcome.answers > 0,
        "nothing was answered in {} s",
        outcome.seconds
    );
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(failures: u32, answers: u32) -> Result<Outcome> {
        let figures = format!(
            r#"{{"answers":{answers},"seconds":2,"bytes":64000,"failures":{failures},"p50_us":1.5,"p99_us":2,"p999_us":3}}"#
        );
        outcome(Command::new("printf").args(["Running 2s test\\n%s\\n", &figures]))
    }

    #[test]
    fn figures_are_the_last_line() {
        let outcome = told(0, 400).unwrap();
        assert_eq!(
            (outcome.rate(), outcome.bytes_per_answer(), outcome.p50_us),
            (200.0, 160.0, 1.5)
        );
    }

    #[test]
    fn a_failure_or_no_answer_at_all_is_refused() {
        assert!(
            told(3, 400)
                .unwrap_err()
                .to_string()
                .contains("of 400 requests 3 failed")
        );
        assert!(
            told(0, 0)
                .unwrap_err()
                .to_string()
                .contains("nothing was answered")
        );
    }
}
