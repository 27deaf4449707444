//! Start and shutdown of the service on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use relevance_serve::{Hangups, ServeError, ServeSettings, serve};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{settings, state_with};

/// Timeout of a test that hangs.
pub const LONG: Duration = Duration::from_mins(1);

/// A service on loopback.
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), ServeError>>,
}

async fn start(drain: Duration) -> Running {
    Running::start(ServeSettings {
        drain,
        ..settings()
    })
    .await
}

impl Running {
    pub async fn start(settings: ServeSettings) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // Without a sender the service runs to the end of its test.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let server = tokio::spawn(serve(
            listener,
            state_with(settings).await,
            Hangups::listen().unwrap(),
            shutdown,
        ));
        Self {
            address,
            stop,
            server,
        }
    }

    pub async fn connect(&self) -> BufStream<TcpStream> {
        BufStream::new(TcpStream::connect(self.address).await.unwrap())
    }
}

pub async fn send(connection: &mut BufStream<TcpStream>, bytes: &[u8]) {
    connection.write_all(bytes).await.unwrap();
    connection.flush().await.unwrap();
}

/// Reads the head of a response, and returns its first line.
pub async fn read_head(connection: &mut BufStream<TcpStream>) -> String {
    let (mut first, mut line) = (String::new(), String::new());
    while connection.read_line(&mut line).await.unwrap() > 2 {
        if first.is_empty() {
            first.clone_from(&line);
        }
        line.clear();
    }
    first.trim_end().to_owned()
}

/// Reads until the server closes the connection.
async fn read_to_end(connection: &mut BufStream<TcpStream>) -> String {
    let mut rest = String::new();
    connection.read_to_string(&mut rest).await.unwrap();
    rest
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_an_open_request_finishes() {
    let running = start(LONG).await;
    let mut idle = running.connect().await;
    send(
        &mut idle,
        b"HEAD /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    )
    .await;
    assert_eq!(read_head(&mut idle).await, "HTTP/1.1 200 OK");
    let mut open = running.connect().await;
    let body = r#"{"text": "flood"}"#;
    let head = format!(
        "POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        body.len()
    );
    send(&mut open, head.as_bytes()).await;
    assert_eq!(read_head(&mut open).await, "HTTP/1.1 100 Continue");
    running.stop.send(()).unwrap();
    assert_eq!(read_to_end(&mut idle).await, "");
    send(&mut open, body.as_bytes()).await;
    assert_eq!(read_head(&mut open).await, "HTTP/1.1 200 OK");
    assert!(
        read_to_end(&mut open)
            .await
            .contains("\"label\":\"Relevant\"")
    );
    running.server.await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn a_hanging_client_does_not_delay_the_shutdown() {
    let drain = Duration::from_millis(200);
    let running = start(drain).await;
    let mut hanging = running.connect().await;
    send(
        &mut hanging,
        b"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n",
    )
    .await;
    send(
        &mut hanging,
        b"Content-Length: 17\r\nExpect: 100-continue\r\n\r\n",
    )
    .await;
    assert_eq!(read_head(&mut hanging).await, "HTTP/1.1 100 Continue");
    let start = Instant::now();
    running.stop.send(()).unwrap();
    running.server.await.unwrap().unwrap();
    assert!(
        start.elapsed() >= drain && start.elapsed() < LONG,
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn http_2_without_tls_is_spoken() {
    let running = start(LONG).await;
    let mut connection = running.connect().await;
    let settings_frame = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    send(
        &mut connection,
        &[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &settings_frame[..]].concat(),
    )
    .await;
    let mut head = [0; 9];
    connection.read_exact(&mut head).await.unwrap();
    assert_eq!(head[3], 4, "the first frame is the server's settings");
    drop(connection);
    running.stop.send(()).unwrap();
    running.server.await.unwrap().unwrap();
}
