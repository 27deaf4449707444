//! Responses that are ready before the request's body has arrived.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use crate::service::Service;
use crate::support::Workspace;

const JSON: &str = "application/json";
const BODY: &str = r#"{"text": "flood"}"#;

fn connect(service: &Service) -> TcpStream {
    let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    connection
}

fn head(method: &str, path: &str, content_type: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// Reads a response and returns its status.
fn read_status(connection: &mut TcpStream) -> u16 {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte).unwrap();
        read.push(byte[0]);
    }

    let head = String::from_utf8(read).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    connection.read_exact(&mut vec![0; length]).unwrap();
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_connection_stays_usable_after_a_response_that_came_before_the_body() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    for (status, method, path, content_type) in [
        (404, "POST", "/v1/none", JSON),
        (405, "PUT", "/v1/predict", JSON),
        (415, "POST", "/v1/predict", "text/plain"),
        (415, "POST", "/v1/explain", "text/plain"),
    ] {
        let mut connection = connect(&service);
        connection
            .write_all(head(method, path, content_type, BODY.len()).as_bytes())
            .unwrap();
        sleep(Duration::from_millis(100));
        connection.write_all(BODY.as_bytes()).unwrap();
        assert_eq!(read_status(&mut connection), status, "{path}");

        let next = head("POST", "/v1/predict", JSON, BODY.len()) + BODY;
        connection.write_all(next.as_bytes()).unwrap();
        assert_eq!(read_status(&mut connection), 200, "after {status} {path}");
    }
}

#[test]
fn a_client_that_sends_too_much_can_read_why_it_was_rejected() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--max-body-bytes", "100000"]);
    for path in ["/v1/predict", "/v1/explain"] {
        let mut connection = connect(&service);
        let body = vec![b' '; 20 << 20];
        connection
            .write_all(head("POST", path, JSON, body.len()).as_bytes())
            .unwrap();
        connection.write_all(&body).unwrap();
        assert_eq!(read_status(&mut connection), 413, "{path}");
    }
}

#[test]
fn a_body_that_never_arrives_ends_the_connection() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    let mut connection = connect(&service);
    connection
        .write_all(head("POST", "/v1/none", JSON, BODY.len()).as_bytes())
        .unwrap();
    assert_eq!(read_status(&mut connection), 404);
    assert_eq!(connection.read(&mut [0]).unwrap(), 0);
}
