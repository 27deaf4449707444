//! Connections: their limit, their timeouts, their age and their shutdown.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, Version};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use crate::http::drained_body::DrainedBody;
use crate::http::fast_path::FastPath;
use crate::http::first_bytes::FirstBytes;
use crate::http::open_connections::{Connection, HeadReservation, MIN_IDLE, OpenConnections};
use crate::http::request_head;
use crate::settings::AGE_JITTER;
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
    /// Limit of the time for the first bytes, by which the protocol is told.
    header_timeout: Duration,
    max_age: Option<Duration>,
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
            // A client may end its side after the request, and still waits for the response.
            .half_close(true)
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
            header_timeout: limits.header_timeout,
            max_age: state.settings().max_connection_age,
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
        let service = service_fn(move |request| serve_request(&service, &connection, request));
        let http = self
            .builder
            .serve_connection(TokioIo::new(self.limit_silence(stream)), service)
            .into_owned();

        let mut shutdown = self.shutdown.subscribe();
        let open = OpenConnection::new(self.gauge.clone(), permit);
        let max_age = self.max_age.map(with_jitter);
        tokio::spawn(async move {
            let mut http = pin!(http);
            let mut old = pin!(sleep_or_never(max_age));
            let ended = loop {
                tokio::select! {
                    biased;
                    ended = http.as_mut() => break Some(ended),
                    () = async { drop(shutdown.wait_for(|&is_shutdown| is_shutdown).await) } => {
                        http.as_mut().graceful_shutdown();
                        break Some(http.await);
                    }
                    () = listed.connection.closed() => {
                        http.as_mut().graceful_shutdown();
                        break tokio::time::timeout(CLOSE_TIMEOUT, http).await.ok();
                    }
                    () = old.as_mut(), if !listed.connection.is_old() => {
                        listed.connection.set_old();
                        // HTTP/1 has no GOAWAY: a close could cross a request. The next response
                        // announces the end, and an idle connection has its timeout.
                        if !listed.connection.is_http_1() {
                            http.as_mut().graceful_shutdown();
                        }
                    }
                }
            };

            if let Some(Err(error)) = ended {
                tracing::debug!(error, "a connection ended early");
            }
            drop((listed, open));
        });
    }

    /// Ends reads and writes that pass no byte for longer than a request may take to arrive, and
    /// connections whose first bytes take longer than a head may.
    fn limit_silence(&self, stream: TcpStream) -> FirstBytes<Pin<Box<TimeoutStream<TcpStream>>>> {
        let mut stream = TimeoutStream::new(stream);
        stream.set_read_timeout(Some(self.silence_timeout));
        stream.set_write_timeout(Some(self.silence_timeout));
        FirstBytes::new(Box::pin(stream), self.header_timeout)
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

/// Future of a response, in a box so that one of a rejected request is small: a client of HTTP/2 may
/// open many at once, which wait for their turn.
type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// Responds to a request if its head is admitted.
fn serve_request(
    service: &FastPath,
    connection: &Arc<Connection>,
    request: Request<Incoming>,
) -> ResponseFuture {
    match request_head::admit(connection, &request) {
        Ok(reserved) => Box::pin(respond(
            service.clone(),
            Arc::clone(connection),
            request,
            reserved,
        )),
        Err(problem) => {
            let response = service.refuse(&request, problem);
            drop(DrainedBody::wrap(request));
            Box::pin(std::future::ready(Ok(response)))
        }
    }
}

/// Responds to a request, and closes an old HTTP/1 connection with the response; the head's memory is
/// reserved meanwhile.
async fn respond(
    service: FastPath,
    connection: Arc<Connection>,
    request: Request<Incoming>,
    _reserved: Option<HeadReservation>,
) -> Result<Response, Infallible> {
    let _busy = connection.begin_request();
    let is_http_1 = request.version() <= Version::HTTP_11;
    if is_http_1 {
        connection.set_http_1();
    }

    let mut response = service
        .respond_on(&connection, DrainedBody::wrap(request))
        .await?;
    if is_http_1 && connection.is_old() {
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// A maximum age for one connection, a little longer or shorter than that of all.
fn with_jitter(age: Duration) -> Duration {
    age.mul_f64(1.0 + AGE_JITTER * (2.0 * fastrand::f64() - 1.0))
}

/// Sleeps, or waits forever without a time.
async fn sleep_or_never(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_differ_by_at_most_a_tenth() {
        let age = Duration::from_secs(100);
        let ages: Vec<_> = (0..1000).map(|_| with_jitter(age)).collect();
        let (least, most) = (ages.iter().min().unwrap(), ages.iter().max().unwrap());
        assert!(
            *least >= age.mul_f64(0.9) && *least < age.mul_f64(0.95),
            "{least:?}"
        );
        assert!(
            *most <= age.mul_f64(1.1) && *most > age.mul_f64(1.05),
            "{most:?}"
        );
    }
}
