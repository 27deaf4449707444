//! A thread for what is asynchronous, used from code that is not.
//!
//! Nothing here blocks on a runtime from the caller's thread, which may itself be a task of one.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use tokio::runtime::{Builder, Runtime};
use tokio::task::block_in_place;

/// A runtime with one thread, stopped when it is dropped.
pub(super) struct Background(Option<Runtime>);

/// Where a task puts what it produces.
pub(super) struct Sink<T>(SyncSender<T>);

impl Background {
    pub fn start() -> io::Result<Self> {
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
    }

    /// Waits for what the future gives.
    pub fn wait<T, F>(&self, future: F) -> io::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let received = self.stream(1, |sink| async move {
            sink.put(future.await);
        });
        received
            .recv()
            .map_err(|_| io::Error::other("the task behind it ended without an answer"))
    }

    /// What the task puts into its sink, which holds `capacity` of it; a task that dies ends it early.
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
        // Dropping a runtime waits for its thread, which the task of another runtime must not do.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T> Sink<T> {
    /// Waits until there is room; whether anyone still takes it.
    pub fn put(&self, value: T) -> bool {
        block_in_place(|| self.0.send(value)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_run_beside_a_caller_that_is_a_task_itself() {
        let caller = Builder::new_current_thread().build().unwrap();
        caller.block_on(async {
            let background = Background::start().unwrap();
            assert_eq!(background.wait(async { 6 * 7 }).unwrap(), 42);
            let numbers = background.stream(1, |sink| async move {
                let _ = (0..1000).all(|number| sink.put(number));
            });
            assert_eq!(numbers.iter().take(3).collect::<Vec<_>>(), [0, 1, 2]);
        });
    }

    #[test]
    fn task_that_dies_is_an_error() {
        let background = Background::start().unwrap();
        let dead = background.wait(async {
            if true {
                std::panic::resume_unwind(Box::new(()))
            }
        });
        assert!(dead.unwrap_err().to_string().contains("without an answer"));
    }
}
