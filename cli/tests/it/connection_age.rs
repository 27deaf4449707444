//! `--max-connection-age-ms`: old connections end, and no request is lost.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use crate::http2::{Frame, Http2};
use crate::service::Service;
use crate::support::{LONG, Workspace};

/// Maximum age that a test can wait for.
const AGE: Duration = Duration::from_millis(400);
const BODY: &str = r#"{"text": "flood"}"#;

fn start(workspace: &Workspace) -> Service {
    let age = AGE.as_millis().to_string();
    Service::start(workspace, &["serve", "--max-connection-age-ms", &age])
}

/// A client that keeps its connection as long as the service does.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends a request, asserts status 200, and returns whether the response closes the connection.
    fn ask(&mut self, head: &str, body: &str) -> bool {
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        self.0.get_mut().write_all(request.as_bytes()).unwrap();

        let head = self.read_head();
        assert_eq!(head[0], "http/1.1 200 ok", "{head:?}");
        let length = head
            .iter()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut content = vec![0; length.unwrap().parse().unwrap()];
        self.0.read_exact(&mut content).unwrap();
        head.iter().any(|line| line == "connection: close")
    }

    /// The lines of a response's head in lower case.
    fn read_head(&mut self) -> Vec<String> {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            let count = self.0.read_line(&mut line).unwrap();
            assert_ne!(count, 0, "the connection was closed without a response");
            match line.trim_end() {
                "" => return head,
                line => head.push(line.to_ascii_lowercase()),
            }
        }
    }

    /// Asserts that the service closes the connection without sending anything.
    fn assert_closed(mut self) {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    }
}

#[test]
fn a_busy_http_1_connection_is_closed_with_a_response_once_it_is_old() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);

    for head in ["POST /v1/predict", "GET /v2/health/live"] {
        let mut client = Client::connect(service.port);
        let begin = Instant::now();
        while !client.ask(head, BODY) {
            assert!(begin.elapsed() < LONG, "{head}: it stays open");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(
            begin.elapsed() > AGE.mul_f64(0.85),
            "{head}: {:?}",
            begin.elapsed()
        );
        client.assert_closed();
    }
}

#[test]
fn no_request_is_lost_on_connections_that_end() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);
    let until = Instant::now() + 5 * AGE;

    std::thread::scope(|scope| {
        for pause_ms in [0, 1, 7, 60] {
            let port = service.port;
            scope.spawn(move || {
                let mut connections = 1;
                let mut client = Client::connect(port);
                while Instant::now() < until {
                    if client.ask("POST /v1/predict", BODY) {
                        connections += 1;
                        client = Client::connect(port);
                    }
                    std::thread::sleep(Duration::from_millis(pause_ms));
                }
                assert!(connections > 2, "{connections} for {pause_ms} ms");
            });
        }
    });
}

#[test]
fn a_request_on_an_idle_connection_that_is_old_gets_its_response() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);

    let mut client = Client::connect(service.port);
    assert!(!client.ask("POST /v1/predict", BODY));
    std::thread::sleep(2 * AGE);
    assert!(client.ask("POST /v1/predict", BODY));
    client.assert_closed();
}

#[test]
fn an_http_2_connection_gets_goaway_and_its_open_request_finishes() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);

    let begin = Instant::now();
    let mut client = Http2::connect(service.port);
    client.send_head(1, "/v1/predict", "application/json");
    client.wait_for(|frame| frame.kind == Frame::GO_AWAY);
    assert!(begin.elapsed() > AGE.mul_f64(0.85), "{:?}", begin.elapsed());

    client.send_body(1, BODY.as_bytes());
    let answer = client.wait_for(|frame| frame.kind == Frame::DATA && frame.stream == 1);
    let answer = String::from_utf8(answer.payload).unwrap();
    assert!(answer.contains("\"probability\""), "{answer}");
    client.wait_for_end();
}

#[test]
fn an_idle_http_2_connection_ends_once_it_is_old() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);

    let mut client = Http2::connect(service.port);
    client.wait_for(|frame| frame.kind == Frame::GO_AWAY);
    client.wait_for_end();
}

#[test]
fn without_an_age_connections_stay() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);

    let mut client = Client::connect(service.port);
    let begin = Instant::now();
    while begin.elapsed() < 2 * AGE {
        assert!(!client.ask("POST /v1/predict", BODY));
        std::thread::sleep(AGE / 8);
    }
}
