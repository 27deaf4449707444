//! Connections: how many there may be, how long they may keep still, and how they end.

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

use crate::ServiceState;
use crate::front::Front;

/// Pause after the system lets no more files be opened.
const BREATH: Duration = Duration::from_millis(100);
/// Requests that one HTTP/2 connection may have open.
const MOST_STREAMS: u32 = 256;

/// A connection whose reads and writes may not keep still for too long.
type Timed = Pin<Box<TimeoutStream<TcpStream>>>;

/// Accepts connections and answers what they ask.
pub(crate) struct Connections {
    builder: auto::Builder<TokioExecutor>,
    front: Front,
    open: GracefulShutdown,
    places: Arc<Semaphore>,
    /// How long a connection may keep still, whatever it is doing.
    silence: Duration,
    gauge: Gauge,
}

impl Connections {
    pub(crate) fn new(state: &ServiceState) -> Self {
        let limits = state.limits();
        let patience = limits.header_timeout;
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(patience);
        // A client that is there answers the ping, so that its connection does not keep still.
        let ping = patience / 2;
        builder.http2().timer(TokioTimer::new()).keep_alive_interval(ping).keep_alive_timeout(ping);
        builder.http2().max_concurrent_streams(MOST_STREAMS);
        Self {
            builder,
            front: Front::new(state.clone()),
            open: GracefulShutdown::new(),
            places: Arc::new(Semaphore::new(limits.max_connections.clamp(1, Semaphore::MAX_PERMITS))),
            // A request whose head is there may take its time for the body, and wait for its turn, without a byte from the client.
            silence: patience + limits.body_timeout + limits.max_wait,
            gauge: state.metrics().http.connections.clone(),
        }
    }

    /// Accepts for as long as it is polled.
    pub(crate) async fn accept(&self, listener: &TcpListener) -> Infallible {
        loop {
            let place = self.place().await;
            match listener.accept().await {
                Ok((stream, _)) => self.answer(stream, place),
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "cannot accept connections");
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
            self.answer(stream, self.place().await);
        }
    }

    /// Waits until one connection more may be open.
    async fn place(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Closes idle connections, and waits for the others.
    pub(crate) async fn finish(self) {
        self.open.shutdown().await;
    }

    fn answer(&self, stream: TcpStream, place: OwnedSemaphorePermit) {
        // Small answers leave at once instead of waiting for more.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = &error as &dyn std::error::Error, "cannot set TCP_NODELAY");
        }
        let front = self.front.clone();
        let service = service_fn(move |request| {
            let front = front.clone();
            async move { front.answer(request).await }
        });
        let connection = self.builder.serve_connection(TokioIo::new(self.timed(stream)), service);
        let connection = self.open.watch(connection.into_owned());
        let gauge = self.gauge.clone();
        gauge.inc();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
            gauge.dec();
            drop(place);
        });
    }

    fn timed(&self, stream: TcpStream) -> Timed {
        let mut timed = TimeoutStream::new(stream);
        timed.set_read_timeout(Some(self.silence));
        timed.set_write_timeout(Some(self.silence));
        Box::pin(timed)
    }
}

/// Whether the error is of the one connection that was to be accepted.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
