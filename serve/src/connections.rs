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

use crate::ServiceState;
use crate::front::Front;
use crate::patience::Patience;

/// Pause after the system lets no more files be opened.
const BREATH: Duration = Duration::from_millis(100);
/// Requests that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 256;

/// A connection that counts until this is dropped, however it ends.
struct OpenConnection {
    gauge: Gauge,
    _place: OwnedSemaphorePermit,
}

/// Accepts connections and answers what they ask.
pub(crate) struct Connections {
    builder: auto::Builder<TokioExecutor>,
    front: Front,
    open: GracefulShutdown,
    places: Arc<Semaphore>,
    patience: Patience,
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
            front: Front::new(state.clone()),
            open: GracefulShutdown::new(),
            places: Arc::new(Semaphore::new(
                limits.max_connections.clamp(1, Semaphore::MAX_PERMITS),
            )),
            patience: Patience::start(limits),
            accepted: AtomicU64::new(0),
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
            self.answer(stream, self.place().await);
        }
    }

    /// Waits until one connection more may be open.
    async fn place(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.places)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed")
    }

    /// Closes idle connections, and waits for the others.
    pub(crate) async fn finish(self) {
        self.open.shutdown().await;
    }

    fn answer(&self, stream: TcpStream, place: OwnedSemaphorePermit) {
        // Small answers leave at once instead of waiting for more.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "cannot set TCP_NODELAY"
            );
        }
        let watched = self
            .patience
            .watch(self.accepted.fetch_add(1, Ordering::Relaxed));
        let (front, requests) = (self.front.clone(), watched.requests());
        let service = service_fn(move |request| {
            let (front, open) = (front.clone(), requests());
            async move {
                let answer = front.answer(request).await;
                drop(open);
                answer
            }
        });
        let connection = self
            .builder
            .serve_connection(TokioIo::new(watched.listen(stream)), service);
        let connection = self.open.watch(connection.into_owned());
        let open = OpenConnection::new(self.gauge.clone(), place);
        watched.run(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
            drop(open);
        });
    }
}

impl OpenConnection {
    fn new(gauge: Gauge, place: OwnedSemaphorePermit) -> Self {
        gauge.inc();
        Self {
            gauge,
            _place: place,
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
