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

use crate::Limits;

/// Ticks within the time for a request's head.
const TICKS: u32 = 16;
/// How often connections are looked at where the limits are long.
const LONGEST_TICK: Duration = Duration::from_secs(1);
/// What a connection of HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// Watches over connections; a clone watches over the same.
#[derive(Clone, Debug)]
pub(crate) struct Patience(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    tick: Duration,
    /// Ticks for a request's head, from the connection's beginning or the answer before.
    head: u32,
    /// Ticks without a byte, whatever the connection is doing.
    silence: u32,
    /// Ticks so far.
    now: AtomicU32,
    watched: Mutex<HashMap<u64, Arc<Watch>>>,
}

/// What is noted of a connection.
#[derive(Debug, Default)]
struct Watch {
    /// The tick of the last byte in either direction.
    heard: AtomicU32,
    /// The tick of the connection's beginning, or of the last byte or end of an answer.
    rested: AtomicU32,
    /// Requests that wait for their answers' heads.
    open: AtomicU32,
    /// HTTP/2 asks a still client whether it is there.
    is_http2: AtomicBool,
    task: OnceLock<AbortHandle>,
}

/// A connection that is watched until this is dropped.
#[derive(Debug)]
pub(crate) struct Watched {
    number: u64,
    watch: Arc<Watch>,
    shared: Arc<Shared>,
}

/// A request of a connection, until its answer's head is known.
#[derive(Debug)]
pub(crate) struct Open {
    watch: Arc<Watch>,
    shared: Arc<Shared>,
}

/// A connection's bytes, whose coming and going is noted.
#[derive(Debug)]
pub(crate) struct Heard {
    stream: TcpStream,
    watch: Arc<Watch>,
    shared: Arc<Shared>,
}

impl Patience {
    /// Looks at connections for as long as one of its clones is there.
    pub(crate) fn start(limits: &Limits) -> Self {
        let tick = (limits.header_timeout / TICKS).clamp(Duration::from_millis(1), LONGEST_TICK);
        // A request whose head is there may take its time for the body, and wait for its turn, without a byte.
        let silence = limits.header_timeout + limits.body_timeout + limits.max_wait;
        let ticks = |time: Duration| {
            u32::try_from(time.as_nanos().div_ceil(tick.as_nanos())).unwrap_or(u32::MAX)
        };
        let shared = Arc::new(Shared {
            tick,
            head: ticks(limits.header_timeout),
            silence: ticks(silence),
            now: AtomicU32::new(0),
            watched: Mutex::default(),
        });
        tokio::spawn(look(Arc::downgrade(&shared)));
        Self(shared)
    }

    /// Watches over a connection from now on.
    pub(crate) fn watch(&self, number: u64) -> Watched {
        let watch = Arc::new(Watch::default());
        let now = self.0.now();
        watch.heard.store(now, Ordering::Relaxed);
        watch.rested.store(now, Ordering::Relaxed);
        self.0.watched().insert(number, Arc::clone(&watch));
        Watched {
            number,
            watch,
            shared: Arc::clone(&self.0),
        }
    }
}

/// Looks at all connections once a tick.
async fn look(shared: Weak<Shared>) {
    while let Some(tick) = shared.upgrade().map(|shared| shared.tick) {
        tokio::time::sleep(tick).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let now = shared.now.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        for watch in shared
            .watched()
            .values()
            .filter(|watch| shared.is_too_still(watch, now))
        {
            if let Some(task) = watch.task.get() {
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

    fn watched(&self) -> MutexGuard<'_, HashMap<u64, Arc<Watch>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_too_still(&self, watch: &Watch, now: u32) -> bool {
        let since = |tick: &AtomicU32| now.wrapping_sub(tick.load(Ordering::Relaxed));
        let awaits_head =
            watch.open.load(Ordering::Relaxed) == 0 && !watch.is_http2.load(Ordering::Relaxed);
        (awaits_head && since(&watch.rested) > self.head) || since(&watch.heard) > self.silence
    }
}

impl Watched {
    /// The connection's bytes.
    pub(crate) fn listen(&self, stream: TcpStream) -> Heard {
        Heard {
            stream,
            watch: Arc::clone(&self.watch),
            shared: Arc::clone(&self.shared),
        }
    }

    /// What requests of the connection are noted by.
    pub(crate) fn requests(&self) -> impl Fn() -> Open + use<> {
        let (watch, shared) = (Arc::clone(&self.watch), Arc::clone(&self.shared));
        move || {
            watch.open.fetch_add(1, Ordering::Relaxed);
            Open {
                watch: Arc::clone(&watch),
                shared: Arc::clone(&shared),
            }
        }
    }

    /// Runs the connection, which ends early when it keeps still.
    pub(crate) fn run(self, connection: impl Future<Output = ()> + Send + 'static) {
        let watch = Arc::clone(&self.watch);
        let task = tokio::spawn(async move {
            connection.await;
            drop(self);
        });
        // Nobody else sets it.
        let _ = watch.task.set(task.abort_handle());
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.shared.watched().remove(&self.number);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.watch
            .rested
            .store(self.shared.now(), Ordering::Relaxed);
        self.watch.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Heard {
    fn note_written(&self, written: usize) {
        if written > 0 {
            let now = self.shared.now();
            self.watch.heard.store(now, Ordering::Relaxed);
            self.watch.rested.store(now, Ordering::Relaxed);
        }
    }
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let read = &buffer.filled()[before..];
        if !read.is_empty() {
            self.watch.heard.store(self.shared.now(), Ordering::Relaxed);
            if read.starts_with(PREFACE) {
                self.watch.is_http2.store(true, Ordering::Relaxed);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Heard {
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
            head: 10,
            silence: 30,
            now: AtomicU32::new(u32::MAX),
            watched: Mutex::default(),
        }
    }

    /// What was noted `rested` and `heard` ticks before the tick 50, with so many requests open.
    fn watch(rested: u32, heard: u32, open: u32, is_http2: bool) -> Watch {
        Watch {
            heard: AtomicU32::new(50 - heard),
            rested: AtomicU32::new(50 - rested),
            open: AtomicU32::new(open),
            is_http2: AtomicBool::new(is_http2),
            task: OnceLock::new(),
        }
    }

    #[test]
    fn whoever_sends_a_head_byte_by_byte_runs_out_of_time() {
        assert!(!shared().is_too_still(&watch(10, 0, 0, false), 50));
        assert!(shared().is_too_still(&watch(11, 0, 0, false), 50));
    }

    #[test]
    fn an_open_request_and_http2_may_rest_but_not_keep_silent() {
        for (open, is_http2) in [(1, false), (0, true)] {
            assert!(!shared().is_too_still(&watch(40, 30, open, is_http2), 50));
            assert!(shared().is_too_still(&watch(40, 31, open, is_http2), 50));
        }
    }

    #[test]
    fn the_clock_may_begin_anew() {
        let watch = watch(0, 0, 0, false);
        watch.rested.store(u32::MAX - 2, Ordering::Relaxed);
        watch.heard.store(u32::MAX - 2, Ordering::Relaxed);
        assert!(!shared().is_too_still(&watch, 5) && shared().is_too_still(&watch, 8));
    }
}
