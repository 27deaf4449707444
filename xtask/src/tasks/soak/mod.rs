//! The service under a mixed load for minutes, with garbage and faults on the way.

mod capture;
mod faults;
mod garbage;
mod load;
mod log;
mod run;
mod triton;
mod versions;
mod watch;

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::tools::relevance;
use crate::tools::service::Service;
use capture::Capture;
use log::Log;
use run::Run;
use versions::Versions;

/// Address of the service: gRPC's client may resolve `localhost` differently.
const HOST: &str = "127.0.0.1";
/// API key of the service.
const KEY: &str = "soak";
/// Time in which every fault occurs once.
const PERIOD_SECONDS: usize = 20;
/// Threads that send requests, and those that send garbage.
const CLIENTS: u64 = 4;
const GARBAGE_CLIENTS: u64 = 2;

/// Runs the service for a time, and fails when it dies, grows, or loses or falsifies a response.
pub fn check(minutes: usize) -> Result<()> {
    let program = relevance::build()?;
    let folder = tempfile::tempdir()?;
    let versions = Versions::train(&program, &folder.path().join("store"))?;
    let capture = Capture::new(folder.path().join("capture"))?;

    let mut service = Service::spawn(&mut serve(&program, &versions, &capture))?;
    let stdout = service.process().stdout.take();
    let log = Log::read(stdout.context("no standard output")?);
    let address = service.address().replace("http://localhost", HOST);
    let run = Run::new(address, versions);
    let triton = triton::start(&run)?;

    let start = Instant::now();
    let mut samples = Vec::new();
    thread::scope(|scope| {
        let run = &run;
        for seed in 0..CLIENTS {
            scope.spawn(move || run.guard(|| load::send(run, seed)));
        }
        for seed in 0..GARBAGE_CLIENTS {
            scope.spawn(move || run.guard(|| garbage::send(run, seed)));
        }
        scope.spawn(move || run.guard(|| triton::watch(run, triton)));

        run.guard(|| {
            samples = faults::play(run, &mut service, &log, &capture, 60 * minutes)?;
            Ok(())
        });
        run.end();
    });
    let seconds = start.elapsed().as_secs().max(1);

    run.print(seconds);
    run.result()?;
    watch::check(&samples)?;
    watch::check_metrics(&run, seconds)?;
    stop(&run, service)?;
    log.check()?;
    capture.check(run.number("/v1/feedback", 200))
}

/// Returns the command of a service with reloads, a shadow, capture and keys.
fn serve(program: &Path, versions: &Versions, capture: &Capture) -> Command {
    let digest = hex::encode(Sha256::digest(KEY));
    let mut serve = capture::limit_files(program);
    serve
        .args(["serve", "--address", HOST, "--port", "0"])
        .arg("--store")
        .arg(&versions.store)
        .args(["--reload-interval-ms", "200", "--shadow", "candidate"])
        .arg("--capture")
        .arg(capture.file())
        .args(["--capture-fraction", "0.05", "--capture-texts"])
        .args(["--api-keys", &digest])
        .stdout(Stdio::piped());
    serve
}

/// Stops the service while connections are open that never finish.
fn stop(run: &Run, service: Service) -> Result<()> {
    let _open = [garbage::unfinished(run)?, garbage::unread(run)?];
    let start = Instant::now();
    service.stop()?;

    println!("ended {:.1} s after SIGTERM", start.elapsed().as_secs_f64());
    Ok(())
}
