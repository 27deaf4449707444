//! Idle timeout: closes idle connections with one shared tick instead of one timer per read and
//! write.
//!
//! A shared clock ticks several times within the head timeout. Reads, writes and responses record
//! the current tick, and on each tick the connections that have been idle for too long are closed.

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

/// Ticks within the head timeout.
const TICKS: u32 = 16;
/// Longest interval between two ticks.
const MAX_TICK: Duration = Duration::from_secs(1);
/// First bytes of an HTTP/2 connection.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// Closes idle connections; a clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct IdleReaper(Arc<Shared>);

/// State that the reaper and the guards share.
#[derive(Debug)]
struct Shared {
    tick: Duration,
    /// Head timeout in ticks, from the start of the connection or the previous response.
    head_ticks: u32,
    /// Limit of ticks without any byte, in every state of the connection.
    silence_ticks: u32,
    /// The current tick.
    now: AtomicU32,
    connections: Mutex<HashMap<u64, Arc<Activity>>>,
}

/// Activity of a connection.
#[derive(Debug, Default)]
struct Activity {
    /// Tick of the last byte in either direction.
    last_byte: AtomicU32,
    /// Tick of the start of the connection, or of the last byte or the end of a response.
    idle_since: AtomicU32,
    /// Requests whose response head is not known yet.
    in_flight: AtomicU32,
    /// Whether the connection is HTTP/2, which pings idle clients.
    is_http2: AtomicBool,
    /// The task to abort.
    task: OnceLock<AbortHandle>,
}

/// Registers a connection with the reaper until dropped.
#[derive(Debug)]
pub(crate) struct ConnectionGuard {
    number: u64,
    activity: Arc<Activity>,
    shared: Arc<Shared>,
}

/// Counts a request of a connection as in flight until dropped.
#[derive(Debug)]
pub(crate) struct InFlightGuard {
    activity: Arc<Activity>,
    shared: Arc<Shared>,
}

/// A connection's stream that records its activity.
#[derive(Debug)]
pub(crate) struct TrackedStream {
    stream: TcpStream,
    activity: Arc<Activity>,
    shared: Arc<Shared>,
}

impl IdleReaper {
    /// Starts the reaper, which runs until its last clone is dropped.
    pub(crate) fn start(limits: &Limits) -> Self {
        let tick = (limits.header_timeout / TICKS).clamp(Duration::from_millis(1), MAX_TICK);
        // After its head, a request may wait for its body and in the queue without any byte.
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

    /// Registers a connection.
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

/// Closes idle connections on each tick.
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
                tracing::debug!("closing an idle connection");
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
    /// Wraps the connection's stream.
    pub(crate) fn track(&self, stream: TcpStream) -> TrackedStream {
        TrackedStream {
            stream,
            activity: Arc::clone(&self.activity),
            shared: Arc::clone(&self.shared),
        }
    }

    /// A function that counts a request as in flight.
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

    /// Runs the connection until it ends or is closed as idle.
    pub(crate) fn run(self, connection: impl Future<Output = ()> + Send + 'static) {
        let activity = Arc::clone(&self.activity);
        let task = tokio::spawn(async move {
            connection.await;
            drop(self);
        });
        // Set only here.
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
    fn record_written(&self, written: usize) {
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
        self.record_written(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bytes))?;
        self.record_written(written);
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

    /// Activity whose values lie so many ticks before tick 50.
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
    fn a_head_that_arrives_byte_by_byte_times_out() {
        assert!(!shared().is_idle(&activity(10, 0, 0, false), 50));
        assert!(shared().is_idle(&activity(11, 0, 0, false), 50));
    }

    #[test]
    fn an_open_request_and_http2_may_wait_but_not_without_bytes() {
        for (in_flight, is_http2) in [(1, false), (0, true)] {
            assert!(!shared().is_idle(&activity(40, 30, in_flight, is_http2), 50));
            assert!(shared().is_idle(&activity(40, 31, in_flight, is_http2), 50));
        }
    }

    #[test]
    fn the_tick_counter_may_wrap() {
        let activity = activity(0, 0, 0, false);
        activity.idle_since.store(u32::MAX - 2, Ordering::Relaxed);
        activity.last_byte.store(u32::MAX - 2, Ordering::Relaxed);
        assert!(!shared().is_idle(&activity, 5) && shared().is_idle(&activity, 8));
    }
}
