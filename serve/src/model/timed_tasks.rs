//! Tasks that end in time, though a store may never respond.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Limit of the tasks that hang: each holds a thread until the store responds.
const MAX_HANGING: usize = 8;

/// Tasks of one kind, each within a timeout.
#[derive(Debug)]
pub(super) struct TimedTasks {
    timeout: Duration,
    /// Tasks that did not end in time.
    hanging: Mutex<Vec<JoinHandle<()>>>,
}

/// Why a task has no result.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// It did not end in time.
    TooSlow,
    /// It was not started, since so many earlier ones hang.
    OthersHang(usize),
    /// It panicked.
    Panicked,
}

impl TimedTasks {
    /// No task yet.
    pub(super) const fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            hanging: Mutex::new(Vec::new()),
        }
    }

    /// The timeout.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Runs a task to its end, or until the timeout.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Unfinished> {
        self.check_hanging()?;

        let (sender, receiver) = oneshot::channel();
        let task = tokio::spawn(async move {
            let _ = sender.send(work.await);
        });

        if let Ok(result) = tokio::time::timeout(self.timeout, receiver).await {
            return result.map_err(|_| Unfinished::Panicked);
        }

        self.lock().push(task);
        Err(Unfinished::TooSlow)
    }

    fn check_hanging(&self) -> Result<(), Unfinished> {
        let mut hanging = self.lock();
        hanging.retain(|task| !task.is_finished());

        if hanging.len() < MAX_HANGING {
            Ok(())
        } else {
            Err(Unfinished::OthersHang(hanging.len()))
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.hanging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn tasks_that_hang_end_in_time_and_are_limited() {
        let tasks = TimedTasks::new(Duration::from_secs(1));
        assert_eq!(tasks.run(async { 7 }).await, Ok(7));

        for _ in 0..MAX_HANGING {
            assert_eq!(tasks.run(pending::<()>()).await, Err(Unfinished::TooSlow));
        }
        let limited = Err(Unfinished::OthersHang(MAX_HANGING));
        assert_eq!(tasks.run(async { 7 }).await, limited);
    }
}
