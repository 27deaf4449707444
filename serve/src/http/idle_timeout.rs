//! Connections that keep still for too long are cut, without a timer for each read and write.
//!
//! A clock ticks a few times within the shortest limit; whatever happens on a connection notes the tick, and once a tick all
//! connections are looked at. A timer that is set and taken back for each request costs a busy service more.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use crate::settings::Limits;

/// Ticks within the time for a request's head.
const TICKS: u32 = 16;
/// How often connections are looked at where the limits are long.
const LONGEST_TICK: Duration = Duration::from_secs(1);
/// What a connection of HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// Watches over connections; a clone watches over the same.
#[derive(Clone, Debug)]
pub(crate) struct IdleReaper(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    tick: Duration,
    /// Ticks for a request's head, from the connection's beginning or the answer before.
    head_ticks: u32,
    /// Ticks without a byte, whatever the connection is doing.
    silence_ticks: u32,
    /// Ticks so far.
    now: AtomicU32,
    connections: Mutex<HashMap<u64, Arc<Activity>>>,
}

/// What is noted of a connection.
#[derive(Debug, Default)]
struct Activity {
    /// The tick of the last byte in either direction.
    last_byte: AtomicU32,
    /// The tick of the connection's beginning, or of the last byte or end of an answer.
    idle_since: AtomicU32,
    /// Requests that wait for their answers' heads.
    in_flight: AtomicU32,
    /// HTTP/2 asks a still client whether it is there.
    is_http2: AtomicBool,
    task: OnceLock<AbortHandle>,
}

/// A connection that is watched until this is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionGuard {
    number: u64,
    activity: Arc<Activity>,
    shared: Arc<Shared>,
}

/// A request of a connection, until its answer's head is known.
#[derive(Debug)]
pub(crate) struct InFlightGuard {
    activity: Arc<Activity>,
    shared: Arc<Shared>,
}

/// A connection's bytes, whose coming and going is noted.
#[derive(Debug)]
pub(crate) struct TrackedStream {
    stream: TcpStream,
    activity: Arc<Activity>,
    shared: Arc<Shared>,
}

impl IdleReaper {
    /// Looks at connections for as long as one of its clones is there.
    pub(crate) fn start(limits: &Limits) -> Self {
        let tick = (limits.header_timeout / TICKS).clamp(Duration::from_millis(1), LONGEST_TICK);
        // A request whose head is there may take its time for the body, and wait for its turn, without a byte.
        let silence_ticks = limits.header_timeout + limits.body_timeout + limits.max_wait;
        let ticks = |time: Duration| {
            u32::try_from(time.as_nanos().div_ceil(tick.as_nanos())).unwrap_or(u32::MAX)
        };
        let shared = Arc::new(Shared {
            tick,
            head_ticks: ticks(limits.header_timeout),
            silence_ticks: ticks(silence_ticks),
            now: AtomicU32::new(0),
            connections: Mutex::default(),
        });
        tokio::spawn(reap(Arc::downgrade(&shared)));
        Self(shared)
    }

    /// Watches over a connection from now on.
    pub(crate) fn guard(&self, number: u64) -> ConnectionGuard {
        let activity = Arc::new(Activity::default());
        let now = self.0.now();
        activity.last_byte.store(now, Ordering::Relaxed);
        activity.idle_since.store(now, Ordering::Relaxed);
        self.0.connections().insert(number, Arc::clone(&activity));
        ConnectionGuard {
            number,
            activity,
            shared: Arc::clone(&self.0),
        }
    }
}

/// Looks at all connections once a tick.
async fn reap(shared: Weak<Shared>) {
    while let Some(tick) = shared.upgrade().map(|shared| shared.tick) {
        tokio::time::sleep(tick).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let now = shared.now.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        for activity in shared
            .connections()
            .values()
            .filter(|activity| shared.is_idle(activity, now))
        {
            if let Some(task) = activity.task.get() {
                tracing::debug!("a connection kept still for too long");
                task.abort();
            }
        }
    }
}

impl Shared {
    fn now(&self) -> u32 {
        self.now.load(Ordering::Relaxed)
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<u64, Arc<Activity>>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self, activity: &Activity, now: u32) -> bool {
        let since = |tick: &AtomicU32| now.wrapping_sub(tick.load(Ordering::Relaxed));
        let awaits_head = activity.in_flight.load(Ordering::Relaxed) == 0
            && !activity.is_http2.load(Ordering::Relaxed);
        (awaits_head && since(&activity.idle_since) > self.head_ticks)
            || since(&activity.last_byte) > self.silence_ticks
    }
}

impl ConnectionGuard {
    /// The connection's bytes.
    pub(crate) fn track(&self, stream: TcpStream) -> TrackedStream {
        TrackedStream {
            stream,
            activity: Arc::clone(&self.activity),
            shared: Arc::clone(&self.shared),
        }
    }

    /// What requests of the connection are noted by.
    pub(crate) fn request_tracker(&self) -> impl Fn() -> InFlightGuard + use<> {
        let (activity, shared) = (Arc::clone(&self.activity), Arc::clone(&self.shared));
        move || {
            activity.in_flight.fetch_add(1, Ordering::Relaxed);
            InFlightGuard {
                activity: Arc::clone(&activity),
                shared: Arc::clone(&shared),
            }
        }
    }

    /// Runs the connection, which ends early when it keeps still.
    pub(crate) fn run(self, connection: impl Future<Output = ()> + Send + 'static) {
        let activity = Arc::clone(&self.activity);
        let task = tokio::spawn(async move {
            connection.await;
            drop(self);
        });
        // Nobody else sets it.
        let _ = activity.task.set(task.abort_handle());
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.shared.connections().remove(&self.number);
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.activity
            .idle_since
            .store(self.shared.now(), Ordering::Relaxed);
        self.activity.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl TrackedStream {
    fn note_written(&self, written: usize) {
        if written > 0 {
            let now = self.shared.now();
            self.activity.last_byte.store(now, Ordering::Relaxed);
            self.activity.idle_since.store(now, Ordering::Relaxed);
        }
    }
}

impl AsyncRead for TrackedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let read = &buffer.filled()[before..];
        if !read.is_empty() {
            self.activity
                .last_byte
                .store(self.shared.now(), Ordering::Relaxed);
            if read.starts_with(PREFACE) {
                self.activity.is_http2.store(true, Ordering::Relaxed);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TrackedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.note_written(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bytes))?;
        self.note_written(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared() -> Shared {
        Shared {
            tick: Duration::from_millis(1),
            head_ticks: 10,
            silence_ticks: 30,
            now: AtomicU32::new(u32::MAX),
            connections: Mutex::default(),
        }
    }

    /// What was noted `idle_since` and `last_byte` ticks before the tick 50, with so many requests in_flight.
    fn activity(idle_since: u32, last_byte: u32, in_flight: u32, is_http2: bool) -> Activity {
        Activity {
            last_byte: AtomicU32::new(50 - last_byte),
            idle_since: AtomicU32::new(50 - idle_since),
            in_flight: AtomicU32::new(in_flight),
            is_http2: AtomicBool::new(is_http2),
            task: OnceLock::new(),
        }
    }

    #[test]
    fn whoever_sends_a_head_byte_by_byte_runs_out_of_time() {
        assert!(!shared().is_idle(&activity(10, 0, 0, false), 50));
        assert!(shared().is_idle(&activity(11, 0, 0, false), 50));
    }

    #[test]
    fn an_open_request_and_http2_may_rest_but_not_keep_silent() {
        for (in_flight, is_http2) in [(1, false), (0, true)] {
            assert!(!shared().is_idle(&activity(40, 30, in_flight, is_http2), 50));
            assert!(shared().is_idle(&activity(40, 31, in_flight, is_http2), 50));
        }
    }

    #[test]
    fn the_clock_may_begin_anew() {
        let activity = activity(0, 0, 0, false);
        activity.idle_since.store(u32::MAX - 2, Ordering::Relaxed);
        activity.last_byte.store(u32::MAX - 2, Ordering::Relaxed);
        assert!(!shared().is_idle(&activity, 5) && shared().is_idle(&activity, 8));
    }
}
