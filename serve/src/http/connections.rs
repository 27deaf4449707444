//! Connections: their limit, their timeouts and their shutdown.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use crate::http::fast_path::FastPath;
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
    /// Limit of the time without any byte, in every state of a connection.
    silence_timeout: Duration,
    gauge: Gauge,
}

impl Connections {
    /// Connections that serve the service of a state.
    pub(crate) fn new(state: &ServiceState) -> Self {
        let limits = state.limits();

        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_timeout);
        // A live client responds to the ping, so that its connection is not silent.
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
            silence_timeout: limits.header_timeout + limits.body_timeout + limits.max_wait,
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

        let service = self.service.clone();
        let service = service_fn(move |request| {
            let service = service.clone();
            async move { service.respond(request).await }
        });
        let connection = self
            .builder
            .serve_connection(TokioIo::new(self.limit_silence(stream)), service);
        let connection = self.open.watch(connection.into_owned());

        let open = OpenConnection::new(self.gauge.clone(), permit);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
            drop(open);
        });
    }

    /// Ends reads and writes that pass no byte for longer than a request may take to arrive.
    fn limit_silence(&self, stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
        let mut stream = TimeoutStream::new(stream);
        stream.set_read_timeout(Some(self.silence_timeout));
        stream.set_write_timeout(Some(self.silence_timeout));
        Box::pin(stream)
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
