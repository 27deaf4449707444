//! Signals during a training run, as Ctrl-C: Python notices them only when it is asked.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;
use relevance_train::Observer;

/// Time between two looks at signals.
const INTERVAL: Duration = Duration::from_millis(100);

/// Payload with which an interrupted run unwinds.
struct Interrupted;

/// Observer that ends a run at its next progress, once that is requested.
#[derive(Default)]
pub(crate) struct Interruption {
    is_requested: AtomicBool,
}

impl Interruption {
    fn request(&self) {
        self.is_requested.store(true, Ordering::Relaxed);
    }

    /// Unwinds if the end is requested; no hook reports this as a panic.
    fn end_if_requested(&self) {
        if self.is_requested.load(Ordering::Relaxed) {
            resume_unwind(Box::new(Interrupted));
        }
    }
}

impl Observer for Interruption {
    fn tried(&self, _trial: usize, _all: Option<usize>) {
        self.end_if_requested();
    }

    fn tokenized(&self, _texts: usize, _all: usize) {
        self.end_if_requested();
    }

    fn stepped(&self, _iteration: u64, _objective: f64) {
        self.end_if_requested();
    }
}

/// Calls `work` in another thread without the interpreter's lock, and looks at signals meanwhile.
///
/// # Errors
/// - The exception of a signal, such as `KeyboardInterrupt`, after the end of `work`.
/// - `OSError` when the thread cannot be started.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&Interruption) -> T + Send,
) -> PyResult<T> {
    let interruption = Interruption::default();

    py.detach(|| {
        thread::scope(|scope| -> PyResult<T> {
            let (sender, receiver) = channel();
            let observer = &interruption;
            let call = move || {
                let result = catch_unwind(AssertUnwindSafe(|| work(observer)));
                // The receiver waits for it.
                let _ = sender.send(result);
            };
            thread::Builder::new().spawn_scoped(scope, call)?;

            let mut signals = Ok(());
            let result = loop {
                if let Ok(result) = receiver.recv_timeout(INTERVAL) {
                    break result;
                }
                if signals.is_ok() {
                    signals = Python::attach(check_signals);
                }
                if signals.is_err() {
                    interruption.request();
                }
            };

            signals?;
            match result {
                Ok(value) => Ok(value),
                Err(panic) => resume_unwind(panic),
            }
        })
    })
}

fn check_signals(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}
