//! Clients that hold memory of the service: they read no response, or finish no request.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::service::Service;
use crate::support::Workspace;

/// Bytes in flight that the services of these tests may hold.
const MAX_BYTES: usize = 8 << 20;
/// Resident memory that a test may add: what is in flight, explanations that are being built, and the allocator's share.
/// Without bounds these clients take 250 MiB and more, with them about half of this.
const MAX_GROWTH_KIB: u64 = 64 << 10;

fn start(workspace: &Workspace) -> Service {
    let max_bytes = MAX_BYTES.to_string();
    Service::start(workspace, &["serve", "--max-bytes-in-flight", &max_bytes])
}

fn connect(service: &Service) -> TcpStream {
    let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    connection
}

/// Asserts that the service's memory has grown within the bound, and that it serves others.
fn assert_unharmed(service: &Service, resident_before: u64) {
    let growth = service.resident_kib().saturating_sub(resident_before);
    assert!(growth < MAX_GROWTH_KIB, "{growth} KiB more are resident");
    assert_eq!(service.get("/v2/health/ready").0, 200);
}

#[test]
fn explanations_that_nobody_reads_are_bounded_in_memory() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);
    let resident_before = service.resident_kib();

    // Each explanation has several megabytes.
    let body = json!({"text": "a b ".repeat(25_000)}).to_string();
    let head = format!(
        "POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let clients: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut client = connect(&service);
            client.write_all((head.clone() + &body).as_bytes()).unwrap();
            client
        })
        .collect();

    sleep(Duration::from_secs(2));
    assert_unharmed(&service, resident_before);
    drop(clients);
}

#[test]
fn bodies_that_no_stream_finishes_are_bounded_in_memory() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);
    let resident_before = service.resident_kib();

    let mut client = Http2Client::connect(&service);
    for stream in 0..250 {
        client.open(2 * stream + 1);
    }
    // Each stream would send a megabyte.
    for _ in 0..64 {
        for stream in 0..250 {
            client.send(2 * stream + 1, 16_384);
        }
    }

    assert!(client.sent > 0, "the service took no data at all");
    assert_unharmed(&service, resident_before);
}

#[test]
fn heads_of_open_streams_are_bounded_in_memory() {
    let workspace = Workspace::with_model();
    let service = start(&workspace);
    let resident_before = service.resident_kib();

    // Three headers of 3,900 bytes each, as literals without indexing (RFC 7541, 6.2.2).
    let headers = [b'x', b'y', b'z']
        .map(|name| [&[0, 1, name, 0x7f, 0xbd, 0x1d][..], &[b'a'; 3900]].concat());
    let block = [
        &b"\x83\x86\x04\x0b/v1/predict\x0f\x10\x10application/json"[..],
        &headers.concat(),
    ]
    .concat();
    let clients: Vec<Http2Client> = (0..100)
        .map(|_| {
            let mut client = Http2Client::connect(&service);
            for stream in 0..120 {
                client.frame(1, 4, 2 * stream + 1, &block);
            }
            client
        })
        .collect();

    sleep(Duration::from_secs(2));
    assert_unharmed(&service, resident_before);
    drop(clients);
}

/// A client of HTTP/2 that sends as much as the service's windows allow.
struct Http2Client {
    connection: TcpStream,
    received: Vec<u8>,
    /// Bytes that the connection may send.
    window: i64,
    sent: usize,
    is_open: bool,
}

impl Http2Client {
    fn connect(service: &Service) -> Self {
        let mut client = Self {
            connection: connect(service),
            received: Vec::new(),
            window: 65_535,
            sent: 0,
            is_open: true,
        };
        client.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        client.frame(4, 0, 0, &[]);
        client
    }

    /// Begins a request on a stream.
    fn open(&mut self, stream: u32) {
        let headers = [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", "/v1/predict"),
            (":authority", "x"),
            ("content-type", "application/json"),
            ("content-length", "1000000"),
        ];
        // Literals without indexing, which need no table (RFC 7541, 6.2.2).
        let literal = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        let block: Vec<u8> = headers
            .iter()
            .flat_map(|(name, value)| [vec![0], literal(name), literal(value)].concat())
            .collect();
        self.frame(1, 4, stream, &block);
    }

    /// Sends data on a stream, once the window of the connection allows it; else nothing.
    fn send(&mut self, stream: u32, bytes: u16) {
        if self.window < i64::from(bytes) {
            self.read_windows();
        }
        if self.window >= i64::from(bytes) && self.is_open {
            self.window -= i64::from(bytes);
            self.sent += usize::from(bytes);
            self.frame(0, 0, stream, &vec![b' '; bytes.into()]);
        }
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.write(&[&head[..], payload].concat());
    }

    fn write(&mut self, bytes: &[u8]) {
        // The service may close the connection of such a client.
        self.is_open &= self.connection.write_all(bytes).is_ok();
    }

    /// Adds the windows of the frames that have arrived; waits for a moment if there are none.
    fn read_windows(&mut self) {
        let mut chunk = [0; 16_384];
        match self.connection.read(&mut chunk) {
            // Nothing more to wait for, or the service closed the connection.
            Ok(0) | Err(_) => self.is_open = false,
            Ok(count) => self.received.extend_from_slice(&chunk[..count]),
        }

        while let Some((&[a, b, c, kind, _, stream @ ..], _)) =
            self.received.split_first_chunk::<9>()
        {
            let length = u32::from_be_bytes([0, a, b, c]) as usize;
            let Some(payload) = self.received.get(9..9 + length) else {
                return;
            };
            if kind == 8 && u32::from_be_bytes(stream) == 0 {
                let increment = payload.try_into().map_or(0, u32::from_be_bytes);
                self.window += i64::from(increment);
            }
            self.received.drain(..9 + length);
        }
    }
}
