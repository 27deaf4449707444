//! Lines on standard output, many in one system call.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Maximum time that a line waits for others; warnings and errors are written at once.
const MAX_WAIT: Duration = Duration::from_millis(50);
/// Size of the pending lines at which they are written at once.
const MAX_PENDING_BYTES: usize = 1 << 15;

/// Standard output with pending lines, which clones share.
#[derive(Clone, Default)]
pub struct BatchedStdout(Arc<Shared>);

#[derive(Default)]
struct Shared {
    pending: Mutex<Vec<u8>>,
    /// Notified when the first line is pending.
    has_pending: Condvar,
}

/// Writer of one event's line.
pub struct LineWriter<'o> {
    output: &'o BatchedStdout,
    is_urgent: bool,
}

impl BatchedStdout {
    /// Starts the thread that writes pending lines until the process ends.
    pub fn start() -> io::Result<Self> {
        let output = Self::default();
        let shared = output.clone();
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || shared.write_pending())?;
        Ok(output)
    }

    /// Writes the pending lines.
    pub fn flush(&self) {
        write_out(&mut self.pending());
    }

    fn pending(&self) -> MutexGuard<'_, Vec<u8>> {
        // A thread that panicked with the lock left only complete lines.
        self.0
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write_pending(&self) {
        loop {
            let is_empty = |pending: &mut Vec<u8>| pending.is_empty();
            drop(self.0.has_pending.wait_while(self.pending(), is_empty));
            thread::sleep(MAX_WAIT);
            self.flush();
        }
    }
}

impl Write for LineWriter<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut pending = self.output.pending();
        let was_empty = pending.is_empty();
        pending.extend_from_slice(line);

        if self.is_urgent || pending.len() >= MAX_PENDING_BYTES {
            write_out(&mut pending);
        } else if was_empty {
            self.output.0.has_pending.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the lines, or drops them when the reader closed the output.
fn write_out(pending: &mut Vec<u8>) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(pending).and_then(|()| output.flush());
    pending.clear();
}

impl<'o> MakeWriter<'o> for BatchedStdout {
    type Writer = LineWriter<'o>;

    fn make_writer(&'o self) -> LineWriter<'o> {
        LineWriter {
            output: self,
            is_urgent: true,
        }
    }

    fn make_writer_for(&'o self, metadata: &Metadata<'_>) -> LineWriter<'o> {
        LineWriter {
            output: self,
            is_urgent: *metadata.level() <= Level::WARN,
        }
    }
}
