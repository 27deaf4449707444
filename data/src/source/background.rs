//! Background thread for asynchronous clients, used from synchronous code.
//!
//! The caller's thread may be a task of another runtime, so it never blocks on this one.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use tokio::runtime::{Builder, Runtime};
use tokio::task::block_in_place;

/// Runtime with one thread, stopped on drop.
pub(super) struct Background(Option<Runtime>);

/// Sending half of a task's output.
pub(super) struct Sink<T>(SyncSender<T>);

impl Background {
    pub fn start() -> io::Result<Self> {
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
    }

    /// Runs the future to its end and returns its output.
    pub fn wait<T, F>(&self, future: F) -> io::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let received = self.stream(1, |sink| async move {
            sink.send(future.await);
        });
        received
            .recv()
            .map_err(|_| io::Error::other("the background task ended without a result"))
    }

    /// Spawns a task and returns what it sends, of which `capacity` items may wait; a task that
    /// panics ends it early.
    pub fn stream<T, F>(&self, capacity: usize, produce: impl FnOnce(Sink<T>) -> F) -> Receiver<T>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = sync_channel(capacity);
        if let Some(runtime) = &self.0 {
            runtime.spawn(produce(Sink(sender)));
        }
        receiver
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Dropping a runtime waits for its thread, which a task of another runtime may not do.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T> Sink<T> {
    /// Waits until there is room and returns whether the receiver still exists.
    pub fn send(&self, value: T) -> bool {
        block_in_place(|| self.0.send(value)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_run_while_the_caller_is_a_task_itself() {
        let caller = Builder::new_current_thread().build().unwrap();
        caller.block_on(async {
            let background = Background::start().unwrap();
            assert_eq!(background.wait(async { 6 * 7 }).unwrap(), 42);
            let numbers = background.stream(1, |sink| async move {
                let _ = (0..1000).all(|number| sink.send(number));
            });
            assert_eq!(numbers.iter().take(3).collect::<Vec<_>>(), [0, 1, 2]);
        });
    }

    #[test]
    fn panic_of_a_task_is_an_error() {
        let background = Background::start().unwrap();
        let result = background.wait(async {
            if true {
                std::panic::resume_unwind(Box::new(()))
            }
        });
        assert!(result.unwrap_err().to_string().contains("without a result"));
    }
}
