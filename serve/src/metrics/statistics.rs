//! Statistics of a version, for the inference protocol: counts and durations since its activation.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use crate::settings::millis;

/// Statistics of a version.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    last_request_ms: AtomicU64,
    texts: AtomicU64,
    /// Requests that were scored, from their validation to their predictions.
    pub(crate) success: DurationSum,
    /// Requests that could not be scored.
    pub(crate) failure: DurationSum,
    /// Waits for the texts of other requests.
    pub(crate) queue: DurationSum,
    /// Scoring alone.
    pub(crate) scoring: DurationSum,
}

/// A number of durations, and their sum.
#[derive(Debug, Default)]
pub(crate) struct DurationSum {
    count: AtomicU64,
    ns: AtomicU64,
}

/// Durations of the parts of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestDurations {
    pub(crate) queue: Duration,
    pub(crate) scoring: Duration,
}

impl Statistics {
    /// Counts a request, whose texts were scored or not.
    pub(crate) fn count(&self, texts: usize, durations: RequestDurations, is_scored: bool) {
        let RequestDurations { queue, scoring } = durations;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        self.last_request_ms
            .store(millis(now.unwrap_or_default()), Relaxed);

        self.queue.add(queue);
        self.scoring.add(scoring);
        if is_scored {
            self.texts.fetch_add(texts as u64, Relaxed);
            self.success.add(queue + scoring);
        } else {
            self.failure.add(queue + scoring);
        }
    }

    /// Time of the last request, in milliseconds since 1970; 0 without one.
    pub(crate) fn last_request_ms(&self) -> u64 {
        self.last_request_ms.load(Relaxed)
    }

    /// Number of scored texts.
    pub(crate) fn texts(&self) -> u64 {
        self.texts.load(Relaxed)
    }
}

impl DurationSum {
    fn add(&self, duration: Duration) {
        self.count.fetch_add(1, Relaxed);
        self.ns.fetch_add(
            u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX),
            Relaxed,
        );
    }

    /// Number of the durations.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }

    /// Their sum in nanoseconds.
    pub(crate) fn ns(&self) -> u64 {
        self.ns.load(Relaxed)
    }
}
