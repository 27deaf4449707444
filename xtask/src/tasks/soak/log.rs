//! Reader of the service's log, which can stall.

use std::io::{BufRead as _, BufReader};
use std::process::ChildStdout;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

/// Message of the only error that the service may log.
const FULL_DISK: &str = "cannot write to the capture file";

/// A thread that reads the log, and counts the errors of a full disk.
pub struct Log {
    is_stalled: Arc<AtomicBool>,
    reader: JoinHandle<Result<u64>>,
}

impl Log {
    /// Starts to read.
    pub fn read(pipe: ChildStdout) -> Self {
        let is_stalled = Arc::new(AtomicBool::new(false));
        let stalled = Arc::clone(&is_stalled);
        let reader = thread::spawn(move || read(pipe, &stalled));
        Self { is_stalled, reader }
    }

    /// Stops reading, or goes on.
    pub fn stall(&self, is_stalled: bool) {
        self.is_stalled.store(is_stalled, Ordering::Relaxed);
    }

    /// Reads to the end, and fails unless a full disk was the only error.
    pub fn check(self) -> Result<()> {
        match self.reader.join() {
            Ok(errors) => ensure!(errors? > 0, "the disk was never full"),
            Err(_) => bail!("the reader of the log panicked"),
        }
        Ok(())
    }
}

fn read(pipe: ChildStdout, is_stalled: &AtomicBool) -> Result<u64> {
    let mut errors = 0;
    for line in BufReader::new(pipe).lines() {
        while is_stalled.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(50));
        }

        let line = line?;
        let entry: Value = serde_json::from_str(&line)
            .with_context(|| format!("the service logged `{line}`, which is not JSON"))?;
        if entry["severity"] == "ERROR" {
            ensure!(entry["message"] == FULL_DISK, "the service logged `{line}`");
            errors += 1;
        }
    }
    Ok(errors)
}
