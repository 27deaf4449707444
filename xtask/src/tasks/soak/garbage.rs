//! Connections of clients that are broken or hostile.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fastrand::Rng;

use super::KEY;
use super::run::Run;

/// Connections that a thread keeps open.
pub const MAX_OPEN: usize = 4;
/// Pause after each connection, which leaves the processors to the load.
const PAUSE: Duration = Duration::from_millis(20);
/// Longest time until the service closes a connection whose client will send no more.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Start of an HTTP/2 connection, with an empty frame of settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// Requests of large responses.
const LARGE: &str = "GET /openapi.json HTTP/1.1\r\nHost: soak\r\n\r\n";
const LARGE_REQUESTS: usize = 100;

/// Sends garbage until the run ends.
pub fn send(run: &Run, seed: u64) -> Result<()> {
    let mut random = Rng::with_seed(seed);
    let mut open = VecDeque::new();

    while !run.is_done() {
        let noise: Vec<u8> = (0..random.usize(1..2000)).map(|_| random.u8(..)).collect();
        let request = request();
        let cut = &request[..random.usize(1..request.len())];
        match random.usize(..6) {
            0 => finish(run, "cut, then half closed", cut)?,
            1 => drop(connect(run, "cut, then closed", cut)?),
            2 => finish(run, "noise", &noise)?,
            3 => finish(run, "HTTP/2 noise", &[PREFACE, &noise].concat())?,
            4 => open.push_back(unfinished(run)?),
            _ => open.push_back(unread(run)?),
        }

        if open.len() > MAX_OPEN {
            open.pop_front();
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Opens a connection with a request that never ends.
pub fn unfinished(run: &Run) -> Result<TcpStream> {
    let request = request();
    connect(run, "unfinished", &request[..request.len() - 1])
}

/// Opens a connection with requests whose responses are never read.
pub fn unread(run: &Run) -> Result<TcpStream> {
    connect(run, "unread", LARGE.repeat(LARGE_REQUESTS).as_bytes())
}

/// Sends bytes and waits until the service closes the connection.
fn finish(run: &Run, kind: &'static str, bytes: &[u8]) -> Result<()> {
    let mut stream = connect(run, kind, bytes)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    // Fails when the service has closed the connection already.
    let _ = stream.shutdown(Shutdown::Write);

    match stream.read_to_end(&mut Vec::new()) {
        Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
            Err(error).with_context(|| format!("a connection stays open after {kind}: {bytes:?}"))
        }
        _ => Ok(()),
    }
}

/// Opens a connection and sends bytes.
fn connect(run: &Run, kind: &'static str, bytes: &[u8]) -> Result<TcpStream> {
    let stream = TcpStream::connect(&run.address);
    let mut stream = stream.with_context(|| format!("cannot connect for {kind}"))?;
    // Fails when the service closes the connection first.
    let _ = stream.write_all(bytes);

    run.count(kind, 0, 1);
    Ok(stream)
}

/// Returns a valid request.
fn request() -> Vec<u8> {
    let body = r#"{"text": "flood waters are rising"}"#;
    let head = format!(
        "POST /v1/predict HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + body).into_bytes()
}
