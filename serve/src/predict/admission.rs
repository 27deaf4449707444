//! One limiter for every way in: it counts texts, whatever request brings them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::metrics::AdmissionMetrics;
use crate::problem::{Limit, Problem};
use crate::settings::Limits;

/// Lets so many texts be scored at once, and so many wait for their turn.
#[derive(Debug)]
pub(crate) struct Admission {
    permits: Semaphore,
    capacity: u32,
    queued: AtomicUsize,
    max_queued_texts: usize,
    max_wait: Duration,
    metrics: Arc<AdmissionMetrics>,
}

/// The right to score some texts; it ends when this is dropped.
pub(crate) struct Admitted<'a> {
    _permits: SemaphorePermit<'a>,
    texts: usize,
    metrics: &'a AdmissionMetrics,
}

/// Texts that wait; they do not any more once this is dropped.
struct Queued<'a> {
    texts: usize,
    admission: &'a Admission,
}

impl Admission {
    pub(crate) fn new(limits: &Limits, metrics: Arc<AdmissionMetrics>) -> Self {
        let capacity = limits
            .max_concurrent_texts
            .clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self {
            permits: Semaphore::new(capacity),
            capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
            queued: AtomicUsize::new(0),
            max_queued_texts: limits.max_queued_texts,
            max_wait: limits.max_wait,
            metrics,
        }
    }

    /// Waits for the turn of `texts`; a batch of more than are scored at once takes every place.
    pub(crate) async fn admit(&self, texts: usize) -> Result<Admitted<'_>, Problem> {
        let permits = u32::try_from(texts).unwrap_or(u32::MAX).min(self.capacity);
        let permits = match self.permits.try_acquire_many(permits) {
            Ok(permits) => permits,
            Err(_) => self.wait(texts, permits).await?,
        };
        self.metrics.texts_in_flight.inc_by(signed(texts));
        Ok(Admitted {
            _permits: permits,
            texts,
            metrics: &self.metrics,
        })
    }

    async fn wait(&self, texts: usize, permits: u32) -> Result<SemaphorePermit<'_>, Problem> {
        let _queued = self.queue(texts)?;
        let turn = tokio::time::timeout(self.max_wait, self.permits.acquire_many(permits)).await;
        let turn = turn.map_err(|_| Problem::WaitedTooLong(Limit::wait(self.max_wait)))?;
        Ok(turn.expect("the semaphore is never closed"))
    }

    fn queue(&self, texts: usize) -> Result<Queued<'_>, Problem> {
        let before = self.queued.fetch_add(texts, Ordering::Relaxed);
        self.metrics.texts_queued.inc_by(signed(texts));
        let queued = Queued {
            texts,
            admission: self,
        };
        if before + texts > self.max_queued_texts {
            return Err(Problem::Overloaded(Limit::queue(self.max_queued_texts)));
        }
        Ok(queued)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.admission
            .queued
            .fetch_sub(self.texts, Ordering::Relaxed);
        self.admission
            .metrics
            .texts_queued
            .dec_by(signed(self.texts));
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        self.metrics.texts_in_flight.dec_by(signed(self.texts));
    }
}

fn signed(texts: usize) -> i64 {
    i64::try_from(texts).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn admission(
        max_concurrent_texts: usize,
        max_queued_texts: usize,
        max_wait: Duration,
    ) -> Admission {
        let limits = Limits {
            max_concurrent_texts,
            max_queued_texts,
            max_wait,
            ..Limits::default()
        };
        Admission::new(&limits, Arc::default())
    }

    #[tokio::test]
    async fn texts_past_the_queue_are_refused_and_come_in_once_there_is_room() {
        let admission = admission(4, 0, Duration::from_mins(1));
        let first = admission.admit(3).await.unwrap();
        assert!(matches!(
            admission.admit(2).await,
            Err(Problem::Overloaded(_))
        ));
        let second = admission.admit(1).await.unwrap();
        assert_eq!(admission.metrics.texts_in_flight.get(), 4);
        drop((first, second));
        assert_eq!(admission.metrics.texts_in_flight.get(), 0);
        assert!(admission.admit(2).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_waits_longer_than_its_time_is_told_so() {
        let admission = admission(1, 10, Duration::from_secs(2));
        let _first = admission.admit(1).await.unwrap();
        let start = tokio::time::Instant::now();
        assert!(matches!(
            admission.admit(1).await,
            Err(Problem::WaitedTooLong(_))
        ));
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        assert_eq!(admission.queued.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_batch_of_more_than_all_places_has_its_turn_alone() {
        let admission = admission(2, 10, Duration::from_mins(1));
        let batch = admission.admit(5).await.unwrap();
        let mut next = Box::pin(admission.admit(1));
        assert!((&mut next).now_or_never().is_none());
        drop(batch);
        assert!(next.await.is_ok());
    }
}
