//! Timeouts and the limit of connections.

use std::time::Duration;

use relevance_serve::{Limits, ServeSettings};
use tokio::io::AsyncReadExt as _;

use crate::server::{LONG, Running, read_head, send};
use crate::support::{LIMITS, settings};

/// Timeout that a test can wait for.
const SHORT: Duration = Duration::from_millis(100);

async fn start(limits: Limits) -> Running {
    Running::start(ServeSettings {
        limits,
        ..settings()
    })
    .await
}

#[tokio::test]
async fn a_client_that_sends_nothing_or_half_a_head_is_disconnected() {
    for sent in [
        &b""[..],
        b"GET /v2/health/live HTTP/1.1\r\nHost:",
        b"PRI * HTTP/2.0\r\n",
    ] {
        let limits = Limits {
            header_timeout: SHORT,
            body_timeout: SHORT,
            max_wait: SHORT,
            ..LIMITS
        };
        let running = start(limits).await;
        let mut connection = running.connect().await;
        send(&mut connection, sent).await;
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(LONG, connection.read_to_end(&mut rest)).await;
        assert!(
            ended.is_ok(),
            "{:?} was not cut",
            String::from_utf8_lossy(sent)
        );
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_returns_408() {
    let running = start(Limits {
        body_timeout: SHORT,
        ..LIMITS
    })
    .await;
    let mut connection = running.connect().await;
    let head = b"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"text\"";
    send(&mut connection, head).await;
    assert_eq!(
        read_head(&mut connection).await,
        "HTTP/1.1 408 Request Timeout"
    );
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_until_another_ends() {
    let running = start(Limits {
        max_connections: 1,
        ..LIMITS
    })
    .await;
    let mut first = running.connect().await;
    send(
        &mut first,
        b"GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    )
    .await;
    assert_eq!(read_head(&mut first).await, "HTTP/1.1 200 OK");
    let mut second = running.connect().await;
    send(
        &mut second,
        b"GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    )
    .await;
    assert!(
        tokio::time::timeout(SHORT, read_head(&mut second))
            .await
            .is_err(),
        "the second got a response"
    );
    drop(first);
    assert_eq!(
        tokio::time::timeout(LONG, read_head(&mut second))
            .await
            .unwrap(),
        "HTTP/1.1 200 OK"
    );
}

#[tokio::test]
async fn a_body_may_take_longer_than_a_head() {
    // Long enough for a head on a busy machine.
    let header_timeout = 10 * SHORT;
    let running = start(Limits {
        header_timeout,
        ..LIMITS
    })
    .await;
    let mut connection = running.connect().await;
    let body = r#"{"text": "flood"}"#;
    let head = format!(
        "POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    send(&mut connection, head.as_bytes()).await;
    let cut = tokio::time::timeout(header_timeout + 3 * SHORT, read_head(&mut connection)).await;
    assert!(cut.is_err(), "the connection was cut: {cut:?}");
    send(&mut connection, body.as_bytes()).await;
    assert_eq!(read_head(&mut connection).await, "HTTP/1.1 200 OK");
}
