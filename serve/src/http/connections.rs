//! Connections: their limit, their timeouts and their shutdown.

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

/// Pause after the system fails to accept a connection, as when too many files are open.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);
/// Limit of open requests on one HTTP/2 connection.
const MAX_STREAMS: u32 = 256;

/// Counts a connection as open until dropped.
struct OpenConnection {
    gauge: Gauge,
    _permit: OwnedSemaphorePermit,
}

/// Accepts connections and serves their requests.
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
    /// Connections that serve the service of a state.
    pub(crate) fn new(state: &ServiceState) -> Self {
        let limits = state.limits();

        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().header_read_timeout(None);
        // A live client answers the ping, so that its connection is not idle.
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

    /// Accepts connections for as long as it is polled.
    pub(crate) async fn accept(&self, listener: &TcpListener) -> Infallible {
        loop {
            let permit = self.acquire_permit().await;
            match listener.accept().await {
                Ok((stream, _)) => self.serve(stream, permit),
                Err(error) if is_connection_error(&error) => {}
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "cannot accept connections"
                    );
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
    }

    /// Accepts the connections in the listener's queue, but none that come later.
    pub(crate) async fn accept_waiting(&self, listener: &TcpListener) {
        loop {
            let stream = tokio::select! {
                biased;
                Ok((stream, _)) = listener.accept() => stream,
                () = std::future::ready(()) => return,
            };
            self.serve(stream, self.acquire_permit().await);
        }
    }

    /// Waits until another connection may be open.
    async fn acquire_permit(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed")
    }

    /// Closes idle connections and waits for the others.
    pub(crate) async fn finish(self) {
        self.open.shutdown().await;
    }

    fn serve(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        // Small responses are sent at once instead of being held back for more data.
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
            let (service, in_flight) = (service.clone(), requests());
            async move {
                let response = service.respond(request).await;
                drop(in_flight);
                response
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

/// Whether the error concerns only the connection that was to be accepted.
fn is_connection_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};

    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
