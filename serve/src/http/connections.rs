//! Connections: how many there may be, how long they may keep still, and how they end.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::fast_path::FastPath;
use crate::http::idle_timeout::IdleReaper;
use crate::state::ServiceState;

/// Pause after the system lets no more files be opened.
const BREATH: Duration = Duration::from_millis(100);
/// Requests that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 256;

/// A connection that counts until this is dropped, however it ends.
struct OpenConnection {
    gauge: Gauge,
    _permit: OwnedSemaphorePermit,
}

/// Accepts connections and answers what they ask.
pub(crate) struct Connections {
    builder: auto::Builder<TokioExecutor>,
    service: FastPath,
    open: GracefulShutdown,
    permits: Arc<Semaphore>,
    idle_reaper: IdleReaper,
    accepted: AtomicU64,
    gauge: Gauge,
}

impl Connections {
    pub(crate) fn new(state: &ServiceState) -> Self {
        let limits = state.limits();
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().header_read_timeout(None);
        // A client that is there answers the ping, so that its connection does not keep still.
        let ping = limits.header_timeout / 2;
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(ping)
            .keep_alive_timeout(ping);
        builder.http2().max_concurrent_streams(MAX_STREAMS);
        Self {
            builder,
            service: FastPath::new(state.clone()),
            open: GracefulShutdown::new(),
            permits: Arc::new(Semaphore::new(
                limits.max_connections.clamp(1, Semaphore::MAX_PERMITS),
            )),
            idle_reaper: IdleReaper::start(limits),
            accepted: AtomicU64::new(0),
            gauge: state.metrics().http.connections.clone(),
        }
    }

    /// Accepts for as long as it is polled.
    pub(crate) async fn accept(&self, listener: &TcpListener) -> Infallible {
        loop {
            let permit = self.permit().await;
            match listener.accept().await {
                Ok((stream, _)) => self.answer(stream, permit),
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "cannot accept connections"
                    );
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    /// Accepts what waits to be accepted, and nothing that comes later.
    pub(crate) async fn accept_waiting(&self, listener: &TcpListener) {
        loop {
            let stream = tokio::select! {
                biased;
                Ok((stream, _)) = listener.accept() => stream,
                () = std::future::ready(()) => return,
            };
            self.answer(stream, self.permit().await);
        }
    }

    /// Waits until one connection more may be open.
    async fn permit(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed")
    }

    /// Closes idle connections, and waits for the others.
    pub(crate) async fn finish(self) {
        self.open.shutdown().await;
    }

    fn answer(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        // Small answers leave at once instead of waiting for more.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "cannot set TCP_NODELAY"
            );
        }
        let guard = self
            .idle_reaper
            .guard(self.accepted.fetch_add(1, Ordering::Relaxed));
        let (service, requests) = (self.service.clone(), guard.request_tracker());
        let service = service_fn(move |request| {
            let (service, open) = (service.clone(), requests());
            async move {
                let answer = service.respond(request).await;
                drop(open);
                answer
            }
        });
        let connection = self
            .builder
            .serve_connection(TokioIo::new(guard.track(stream)), service);
        let connection = self.open.watch(connection.into_owned());
        let open = OpenConnection::new(self.gauge.clone(), permit);
        guard.run(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
            drop(open);
        });
    }
}

impl OpenConnection {
    fn new(gauge: Gauge, permit: OwnedSemaphorePermit) -> Self {
        gauge.inc();
        Self {
            gauge,
            _permit: permit,
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}

/// Whether the error is of the one connection that was to be accepted.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
