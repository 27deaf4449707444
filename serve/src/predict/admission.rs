//! Admission: limits the texts that are scored and queued at once, across all requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::metrics::AdmissionMetrics;
use crate::problem::{Limit, Problem};
use crate::settings::Limits;

/// Bytes of a text whose explanation takes as long as scoring a text.
const EXPLAINED_BYTES_PER_TEXT: usize = 64;

/// Limits the texts that are scored at once and those that are queued.
#[derive(Debug)]
pub(crate) struct Admission {
    permits: Semaphore,
    /// Permits of explanations, apart from the texts, which would wait behind them.
    explanation_permits: Semaphore,
    capacity: u32,
    queued: AtomicUsize,
    max_queued_texts: usize,
    max_wait: Duration,
    metrics: Arc<AdmissionMetrics>,
}

/// Permission to score some texts, until it is dropped.
pub(crate) struct Admitted<'a> {
    _permits: SemaphorePermit<'a>,
    texts: usize,
    metrics: &'a AdmissionMetrics,
}

/// Queued texts, until it is dropped.
struct Queued<'a> {
    texts: usize,
    admission: &'a Admission,
}

impl Admission {
    /// A limiter with no text in it.
    pub(crate) fn new(limits: &Limits, metrics: Arc<AdmissionMetrics>) -> Self {
        let capacity = limits
            .max_concurrent_texts
            .clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));

        Self {
            permits: Semaphore::new(capacity),
            explanation_permits: Semaphore::new(capacity),
            capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
            queued: AtomicUsize::new(0),
            max_queued_texts: limits.max_queued_texts,
            max_wait: limits.max_wait,
            metrics,
        }
    }

    /// Waits until so many texts may be scored; a batch larger than the limit takes every permit.
    pub(crate) async fn admit(&self, texts: usize) -> Result<Admitted<'_>, Problem> {
        self.admit_to(&self.permits, texts).await
    }

    /// Waits until a text of so many bytes may be explained, which costs as much as scoring many
    /// texts; explanations share the queue with texts.
    pub(crate) async fn admit_explanation(&self, bytes: usize) -> Result<Admitted<'_>, Problem> {
        let texts = 1 + bytes / EXPLAINED_BYTES_PER_TEXT;
        self.admit_to(&self.explanation_permits, texts).await
    }

    async fn admit_to<'s>(
        &'s self,
        semaphore: &'s Semaphore,
        texts: usize,
    ) -> Result<Admitted<'s>, Problem> {
        let permits = u32::try_from(texts).unwrap_or(u32::MAX).min(self.capacity);
        let permits = match semaphore.try_acquire_many(permits) {
            Ok(permits) => permits,
            Err(_) => self.wait(semaphore, texts, permits).await?,
        };

        self.metrics.texts_in_flight.inc_by(signed(texts));
        Ok(Admitted {
            _permits: permits,
            texts,
            metrics: &self.metrics,
        })
    }

    async fn wait<'s>(
        &self,
        semaphore: &'s Semaphore,
        texts: usize,
        permits: u32,
    ) -> Result<SemaphorePermit<'s>, Problem> {
        let _queued = self.queue(texts)?;

        let acquired = tokio::time::timeout(self.max_wait, semaphore.acquire_many(permits)).await;
        let acquired = acquired.map_err(|_| Problem::WaitedTooLong {
            limit: Limit::wait(self.max_wait),
        })?;

        Ok(acquired.expect("the semaphore is never closed"))
    }

    fn queue(&self, texts: usize) -> Result<Queued<'_>, Problem> {
        let queued_before = self.queued.fetch_add(texts, Ordering::Relaxed);
        self.metrics.texts_queued.inc_by(signed(texts));
        let queued = Queued {
            texts,
            admission: self,
        };

        if queued_before + texts > self.max_queued_texts {
            return Err(Problem::Overloaded {
                limit: Limit::queue(self.max_queued_texts),
            });
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
    async fn texts_beyond_the_queue_are_rejected_and_admitted_once_there_is_room() {
        let admission = admission(4, 0, Duration::from_mins(1));
        let first = admission.admit(3).await.unwrap();
        assert!(matches!(
            admission.admit(2).await,
            Err(Problem::Overloaded { .. })
        ));

        let second = admission.admit(1).await.unwrap();
        assert_eq!(admission.metrics.texts_in_flight.get(), 4);

        drop((first, second));
        assert_eq!(admission.metrics.texts_in_flight.get(), 0);
        assert!(admission.admit(2).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_queued_for_longer_than_the_limit_is_rejected() {
        let admission = admission(1, 10, Duration::from_secs(2));
        let _first = admission.admit(1).await.unwrap();

        let start = tokio::time::Instant::now();
        assert!(matches!(
            admission.admit(1).await,
            Err(Problem::WaitedTooLong { .. })
        ));

        assert_eq!(start.elapsed(), Duration::from_secs(2));
        assert_eq!(admission.queued.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn explanations_wait_for_each_other_and_texts_do_not_wait_for_them() {
        let admission = admission(10, 20, Duration::from_mins(1));
        let first = admission.admit_explanation(100_000).await.unwrap();
        let mut second = Box::pin(admission.admit_explanation(640));
        assert!((&mut second).now_or_never().is_none());
        assert!(admission.admit(5).await.is_ok());

        // 11 texts are queued, and 11 more are too many.
        assert!(matches!(
            admission.admit_explanation(640).await,
            Err(Problem::Overloaded { .. })
        ));

        drop(first);
        assert!(second.await.is_ok());
    }

    #[tokio::test]
    async fn a_batch_larger_than_the_limit_is_scored_alone() {
        let admission = admission(2, 10, Duration::from_mins(1));
        let batch = admission.admit(5).await.unwrap();
        let mut next = Box::pin(admission.admit(1));
        assert!((&mut next).now_or_never().is_none());

        drop(batch);
        assert!(next.await.is_ok());
    }
}
