//! State that the threads of a run share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};

use super::versions::Versions;

/// A run, which ends at the first failure.
pub struct Run {
    /// Host and port of the service.
    pub address: String,
    pub versions: Versions,
    is_done: AtomicBool,
    results: Mutex<Results>,
}

#[derive(Default)]
struct Results {
    /// Requests by kind and status, 0 where there is none.
    requests: BTreeMap<(&'static str, u16), u64>,
    failures: Vec<String>,
}

impl Run {
    pub fn new(address: String, versions: Versions) -> Self {
        Self {
            address,
            versions,
            is_done: AtomicBool::new(false),
            results: Mutex::default(),
        }
    }

    /// Tells all threads to end.
    pub fn end(&self) {
        self.is_done.store(true, Ordering::Relaxed);
    }

    pub fn is_done(&self) -> bool {
        self.is_done.load(Ordering::Relaxed)
    }

    /// Runs a part of the run, whose failure ends the run.
    pub fn guard(&self, part: impl FnOnce() -> Result<()>) {
        if let Err(error) = part() {
            self.results().failures.push(format!("{error:#}"));
            self.end();
        }
    }

    /// Counts requests of a kind by their status.
    pub fn count(&self, kind: &'static str, status: u16, number: u64) {
        *self.results().requests.entry((kind, status)).or_default() += number;
    }

    /// Number of requests of a kind with a status.
    pub fn number(&self, kind: &'static str, status: u16) -> u64 {
        let results = self.results();
        results.requests.get(&(kind, status)).copied().unwrap_or(0)
    }

    /// Prints the requests by kind and status.
    pub fn print(&self, seconds: u64) {
        let requests = &self.results().requests;
        for ((kind, status), number) in requests {
            println!("{kind:<28} {status:>3} {number:>9}");
        }
        let total: u64 = requests.values().sum();
        println!("{} requests per second", total / seconds);
    }

    /// Fails with everything that failed.
    pub fn result(&self) -> Result<()> {
        let failures = &self.results().failures;
        ensure!(failures.is_empty(), "{}", failures.join("\n"));
        Ok(())
    }

    fn results(&self) -> MutexGuard<'_, Results> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
