//! Signals that end a command: they remove its temporary files first.
//!
//! [`catch`] sets the handlers before anything else. A signal that arrives afterwards is kept until a
//! command listens: [`CleanUp`] ends the process by it, the service acts on it.

use std::fs;
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context as _;
use relevance_storage::remove_temporary_files;
use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Added to a signal's number for the exit code, as shells do.
const SIGNAL_EXIT_CODE: i32 = 128;
/// Field of `/proc/self/status` with the signals that the process ignores.
const IGNORED: &str = "SigIgn:";

/// Signals that end a command, or that the service acts on.
const SIGNALS: [fn() -> SignalKind; 3] = [
    SignalKind::interrupt,
    SignalKind::terminate,
    SignalKind::hangup,
];

/// Sets the handlers of the signals; those that arrive are kept for the first that listens.
///
/// A signal that the process was started to ignore, as `nohup` does, stays ignored.
pub fn catch() -> anyhow::Result<()> {
    listen().map(drop)
}

/// Starts to listen, on a runtime that has to be run.
fn listen() -> anyhow::Result<(Runtime, Vec<(SignalKind, Signal)>)> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("cannot start the handler of signals")?;

    let ignored = ignored_signals();
    let mut signals = Vec::new();
    for kind in SIGNALS.map(|kind| kind()) {
        if !ignored.contains(&kind) {
            let _context = runtime.enter();
            signals.push((kind, signal(kind)?));
        }
    }
    Ok((runtime, signals))
}

/// While it lives, SIGINT, SIGTERM and SIGHUP remove temporary files and end the process, with 128 and the signal's number
/// as exit code.
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
                let kind = runtime.block_on(first(signals));
                if !until.load(Ordering::SeqCst) {
                    remove_temporary_files();
                    exit(SIGNAL_EXIT_CODE + kind.as_raw_value());
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

/// Waits for the first of the signals; for ever without any.
async fn first(mut signals: Vec<(SignalKind, Signal)>) -> SignalKind {
    std::future::poll_fn(move |context| {
        let ready = signals
            .iter_mut()
            .find_map(|(kind, signal)| signal.poll_recv(context).is_ready().then_some(*kind));
        ready.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
    })
    .await
}

/// Returns those of the three signals that the process ignores; none where the system does not list them.
fn ignored_signals() -> Vec<SignalKind> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| u64::from_str_radix(line.strip_prefix(IGNORED)?.trim(), 16).ok())
        .unwrap_or_default();
    (1..=u64::BITS.cast_signed())
        .filter(|number| mask & (1 << (number - 1)) != 0)
        .map(SignalKind::from_raw)
        .collect()
}
