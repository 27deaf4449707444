//! Signals that end a command: they remove its temporary files first.
//!
//! [`catch`] sets the handlers before anything else. A signal that arrives afterwards is kept until a
//! command listens: [`CleanUp`] ends the process by it, the service acts on it.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context as _;
use relevance_storage::remove_temporary_files;
use tokio::runtime::{self, Runtime};

#[cfg(unix)]
use unix::Signals;
#[cfg(windows)]
use windows::Signals;

/// Added to a signal's number for the exit code, as shells do.
const SIGNAL_EXIT_CODE: i32 = 128;

/// Sets the handlers of the signals; those that arrive are kept for the first that listens.
///
/// A signal that the process was started to ignore, as `nohup` does, stays ignored.
pub fn catch() -> anyhow::Result<()> {
    listen().map(drop)
}

/// Starts to listen, on a runtime that has to be run.
fn listen() -> anyhow::Result<(Runtime, Signals)> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("cannot start the handler of signals")?;

    let signals = {
        let _context = runtime.enter();
        Signals::listen()?
    };
    Ok((runtime, signals))
}

/// While it lives, SIGINT, SIGTERM and SIGHUP, or Ctrl-C on Windows, remove temporary files and end the process, with 128 and
/// the signal's number as exit code.
///
/// Afterwards the signals are ignored until another handler is there.
#[must_use]
pub struct CleanUp {
    is_over: Arc<AtomicBool>,
}

impl CleanUp {
    /// Starts a thread that waits for the signals, also while other threads are blocked.
    ///
    /// A signal that the process was started to ignore, as `nohup` does, stays ignored.
    pub fn on_signals() -> anyhow::Result<Self> {
        let (runtime, signals) = listen()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_over);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                let number = runtime.block_on(signals.first());
                if !until.load(Ordering::SeqCst) {
                    remove_temporary_files();
                    exit(SIGNAL_EXIT_CODE + number);
                }
            })?;
        Ok(Self { is_over })
    }
}

impl Drop for CleanUp {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
    }
}
