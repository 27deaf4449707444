//! Connections: their limit, their timeouts and their shutdown.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use crate::http::drained_body::DrainedBody;
use crate::http::fast_path::FastPath;
use crate::http::open_connections::{MIN_IDLE, OpenConnections};
use crate::state::ServiceState;

/// Pause after the system fails to accept a connection, as when too many files are open.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);
/// Limit of open requests on one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;
/// Limit of the received bytes of one HTTP/2 request that nobody has read.
const STREAM_WINDOW: u32 = 256 * 1024;
/// Limit of the received bytes of one HTTP/2 connection that nobody has read.
const CONNECTION_WINDOW: u32 = 512 * 1024;
/// Limit of the bytes that one HTTP/2 response keeps ready to be sent.
const SEND_BUFFER: usize = 64 * 1024;
/// Limit of the head of an HTTP/1 request, and of the bytes of a body that nobody has read.
const HTTP_1_BUFFER: usize = 64 * 1024;
/// Time in which a connection ends that is closed in favour of another.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// Counts a connection as open until dropped.
struct OpenConnection {
    gauge: Gauge,
    _permit: OwnedSemaphorePermit,
}

/// Accepts connections and serves their requests.
pub(crate) struct Connections {
    builder: auto::Builder<TokioExecutor>,
    service: FastPath,
    open: Arc<OpenConnections>,
    /// Tells the connections to end once no request is open; each holds a receiver until its end.
    shutdown: watch::Sender<bool>,
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
            .max_buf_size(HTTP_1_BUFFER)
            .header_read_timeout(limits.header_timeout);
        // A live client responds to the ping, so that its connection is not silent.
        let ping = limits.header_timeout / 2;
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(ping)
            .keep_alive_timeout(ping);
        builder
            .http2()
            .max_concurrent_streams(MAX_STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER);

        Self {
            builder,
            service: FastPath::new(state.clone()),
            open: Arc::clone(state.connections()),
            shutdown: watch::Sender::new(false),
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
            match listener.accept().await {
                Ok((stream, _)) => self.serve(stream, self.acquire_permit().await),
                Err(error) if is_connection_error(&error) => {}
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "cannot accept connections"
                    );
                    // A closed connection frees a file descriptor, which may be what is missing.
                    self.open.close_longest_idle();
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

    /// Waits until another connection may be open, and closes idle ones until then.
    async fn acquire_permit(&self) -> OwnedSemaphorePermit {
        let mut permit = pin!(Arc::clone(&self.permits).acquire_owned());
        loop {
            if let Ok(permit) = tokio::time::timeout(Duration::ZERO, permit.as_mut()).await {
                return permit.expect("the semaphore is never closed");
            }

            self.open.close_longest_idle();
            if let Ok(permit) = tokio::time::timeout(MIN_IDLE, permit.as_mut()).await {
                return permit.expect("the semaphore is never closed");
            }
        }
    }

    /// Closes idle connections and waits for the others.
    pub(crate) async fn finish(self) {
        self.shutdown.send_replace(true);
        self.shutdown.closed().await;
    }

    fn serve(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        // Small responses are sent at once instead of being held back for more data.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "cannot set TCP_NODELAY"
            );
        }

        let listed = self.open.open();
        let (service, connection) = (self.service.clone(), Arc::clone(&listed.connection));
        let service = service_fn(move |request| {
            let (service, connection) = (service.clone(), Arc::clone(&connection));
            async move {
                let _busy = connection.begin_request();
                service
                    .respond_on(&connection, DrainedBody::wrap(request))
                    .await
            }
        });
        let http = self
            .builder
            .serve_connection(TokioIo::new(self.limit_silence(stream)), service)
            .into_owned();

        let mut shutdown = self.shutdown.subscribe();
        let open = OpenConnection::new(self.gauge.clone(), permit);
        tokio::spawn(async move {
            let mut http = pin!(http);
            let ended = tokio::select! {
                biased;
                ended = http.as_mut() => Some(ended),
                () = async { drop(shutdown.wait_for(|&is_shutdown| is_shutdown).await) } => {
                    http.as_mut().graceful_shutdown();
                    Some(http.await)
                }
                () = listed.connection.closed() => {
                    http.as_mut().graceful_shutdown();
                    tokio::time::timeout(CLOSE_TIMEOUT, http).await.ok()
                }
            };

            if let Some(Err(error)) = ended {
                tracing::debug!(error, "a connection ended early");
            }
            drop((listed, open));
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
