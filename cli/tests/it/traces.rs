//! Spans of requests, sent to a collector.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use serde_json::json;

use crate::service::Service;
use crate::support::Workspace;

/// Path and body of the first request that a collector gets.
fn collect(listener: &TcpListener) -> (String, Vec<u8>) {
    let mut connection = BufReader::new(listener.accept().unwrap().0);
    let (mut lines, mut length) = (Vec::new(), 0);

    loop {
        let mut line = String::new();
        connection.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        lines.push(line);
    }

    let mut body = vec![0; length];
    connection.read_exact(&mut body).unwrap();
    connection
        .get_mut()
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    (lines.swap_remove(0), body)
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_request_is_a_span_of_the_callers_trace_and_never_holds_the_text() {
    let workspace = Workspace::with_model();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collector = thread::spawn(move || collect(&listener));
    let service = Service::start(
        &workspace,
        &["serve", "--otlp-endpoint", &endpoint, "--log", "error"],
    );
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let headers = [
        ("traceparent", format!("00-{trace}-00f067aa0ba902b7-01")),
        ("x-request-id", "order-7".to_owned()),
    ];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    assert_eq!(
        service
            .post_with("/v1/predict", &headers, &json!({ "text": "xylophonist" }))
            .0,
        200
    );

    service.terminate();
    let ended = service.end();
    assert_eq!((ended.code, &ended.log), (Some(0), &vec![]), "{ended:?}");

    let (line, body) = collector.join().unwrap();
    assert_eq!(line, "POST /v1/traces HTTP/1.1\r\n");

    let trace = u128::from_str_radix(trace, 16).unwrap().to_be_bytes();
    let span = 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes();

    for part in [
        &trace[..],
        &span,
        b"POST /v1/predict",
        b"relevance",
        b"order-7",
        b"http.response.status_code",
    ] {
        assert!(
            holds(&body, part),
            "{part:?} is not in {}",
            String::from_utf8_lossy(&body)
        );
    }
    assert!(!holds(&body, b"xylophonist"));
}

#[test]
fn a_collector_that_is_no_address_is_wrong_usage() {
    let outcome =
        Workspace::with_model().run(&["serve", "--port", "0", "--otlp-endpoint", "localhost:4318"]);
    outcome.failed(2, &["`--otlp-endpoint`", "localhost:4318", "http://"]);
}

#[test]
fn a_collector_that_is_not_there_keeps_nobody_from_an_answer() {
    let workspace = Workspace::with_model();
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let service = Service::start(
        &workspace,
        &["serve", "--otlp-endpoint", &format!("http://{nobody}")],
    );
    assert_eq!(
        service.post("/v1/predict", &json!({ "text": "flood" })).0,
        200
    );

    service.terminate();
    assert_eq!(service.end().code, Some(0));
}
