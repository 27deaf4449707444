//! Timeouts and the limit of connections.

use std::time::{Duration, Instant};

use relevance_serve::{Limits, ServeSettings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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
async fn a_protocol_that_comes_byte_by_byte_has_the_time_of_a_head() {
    let limits = Limits {
        header_timeout: 3 * SHORT,
        ..LIMITS
    };
    let running = start(limits).await;
    let mut connection = running.connect().await;
    let start = Instant::now();

    for byte in b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" {
        let sent = connection.write_all(&[*byte]).await;
        if sent.is_err() || connection.flush().await.is_err() {
            break;
        }
        tokio::time::sleep(SHORT).await;
    }
    assert!(start.elapsed() < 20 * SHORT, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_client_that_ends_its_side_after_the_request_gets_the_response() {
    let running = start(LIMITS).await;
    let body = r#"{"text": "flood"}"#;
    let post = format!(
        "POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for request in [post.as_bytes(), HEALTH, b"GET /ping HTTP/1.0\r\n\r\n"] {
        for _ in 0..20 {
            let mut connection = running.connect().await;
            send(&mut connection, request).await;
            connection.shutdown().await.unwrap();
            let head = read_head(&mut connection).await;
            assert!(head.ends_with(" 200 OK"), "{head}");
        }
    }
}

#[tokio::test]
async fn a_body_in_an_unknown_transfer_coding_is_refused() {
    let running = start(LIMITS).await;
    let mut connection = running.connect().await;
    let request = b"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
        Transfer-Encoding: gzip, chunked\r\n\r\n11\r\n{\"text\": \"flood\"}\r\n0\r\n\r\n";
    send(&mut connection, request).await;
    assert_eq!(
        read_head(&mut connection).await,
        "HTTP/1.1 415 Unsupported Media Type"
    );
}

#[tokio::test]
async fn heads_beyond_half_of_the_bytes_in_flight_return_429() {
    let limits = Limits {
        max_bytes_in_flight: 40_000,
        ..LIMITS
    };
    let running = start(limits).await;
    let head = format!(
        "POST /v1/predict HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n",
        "a".repeat(12_000)
    );
    let mut first = running.connect().await;
    send(&mut first, head.as_bytes()).await;
    tokio::time::sleep(SHORT).await;

    let mut second = running.connect().await;
    send(&mut second, head.as_bytes()).await;
    assert_eq!(
        read_head(&mut second).await,
        "HTTP/1.1 429 Too Many Requests"
    );
    send(&mut first, br#"{"text": "flood"}"#).await;
    assert_eq!(read_head(&mut first).await, "HTTP/1.1 200 OK");
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

/// The head of a request whose body of 17 bytes follows.
const OPEN_REQUEST: &[u8] =
    b"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
    Content-Length: 17\r\nExpect: 100-continue\r\n\r\n";
const HEALTH: &[u8] = b"GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_open_requests() {
    let running = start(Limits {
        max_connections: 1,
        ..LIMITS
    })
    .await;
    let mut first = running.connect().await;
    send(&mut first, OPEN_REQUEST).await;
    assert_eq!(read_head(&mut first).await, "HTTP/1.1 100 Continue");

    let mut second = running.connect().await;
    send(&mut second, HEALTH).await;
    let early = tokio::time::timeout(10 * SHORT, read_head(&mut second)).await;
    assert!(early.is_err(), "the second got a response");

    send(&mut first, br#"{"text": "flood"}"#).await;
    assert_eq!(read_head(&mut first).await, "HTTP/1.1 200 OK");
    let head = tokio::time::timeout(LONG, read_head(&mut second)).await;
    assert_eq!(head.unwrap(), "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn the_longest_idle_connection_is_closed_for_one_beyond_the_limit() {
    let limits = Limits {
        max_connections: 3,
        header_timeout: LONG,
        ..LIMITS
    };
    let running = start(limits).await;
    let mut idle = Vec::new();
    for sent in [&b""[..], b"GET / HTTP/1.1\r\n", HEALTH] {
        let mut connection = running.connect().await;
        send(&mut connection, sent).await;
        tokio::time::sleep(SHORT / 2).await;
        idle.push(connection);
    }

    let mut probe = running.connect().await;
    send(&mut probe, HEALTH).await;
    let head = tokio::time::timeout(LONG / 2, read_head(&mut probe)).await;
    assert_eq!(head.unwrap(), "HTTP/1.1 200 OK");

    let mut rest = Vec::new();
    idle[0].read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty(), "the first was not closed");
    assert_eq!(read_head(&mut idle[2]).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn bodies_beyond_the_bytes_in_flight_return_429_and_are_served_once_there_is_room() {
    let limits = Limits {
        max_bytes_in_flight: 100,
        ..LIMITS
    };
    let running = start(limits).await;
    let head = b"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 150\r\n\r\n";
    let body = format!("{{\"text\":\"{}\"}}", "flood ".repeat(24)).into_bytes();
    let (begin, end) = body[..150].split_at(90);

    let mut first = running.connect().await;
    send(&mut first, &[&head[..], begin].concat()).await;
    tokio::time::sleep(SHORT).await;
    let mut second = running.connect().await;
    send(&mut second, &[&head[..], begin].concat()).await;
    assert_eq!(
        read_head(&mut second).await,
        "HTTP/1.1 429 Too Many Requests"
    );

    send(&mut first, end).await;
    assert_ne!(
        read_head(&mut first).await,
        "HTTP/1.1 429 Too Many Requests"
    );
    let mut third = running.connect().await;
    send(&mut third, &[&head[..], &body[..150]].concat()).await;
    assert_ne!(
        read_head(&mut third).await,
        "HTTP/1.1 429 Too Many Requests"
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
