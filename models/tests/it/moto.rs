//! S3 server on loopback for the tests of several crates: moto, which `cargo xtask test` fetches.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// Existing bucket.
const BUCKET: &str = "bucket";

/// Script that serves one request at a time, since moto checks a condition and writes in two steps,
/// unlike S3.
///
/// It ends when its standard input is closed, hence also when the tests are killed.
const PROGRAM: &str = r#"
import logging, os, sys, threading
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app

def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app))
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
"#;

static MOTO: LazyLock<Moto> = LazyLock::new(Moto::start);

/// Server of all tests of a process.
struct Moto {
    port: u16,
    _server: Child,
}

/// Location on the server, with the variables for access to it.
#[derive(Debug, Clone)]
pub struct Remote {
    pub location: String,
    pub variables: BTreeMap<String, String>,
}

/// Returns a folder in the server's bucket that no other test uses.
pub fn remote(test: &str) -> Remote {
    remote_in(BUCKET, test)
}

/// Returns a folder in any bucket of the server.
pub fn remote_in(bucket: &str, test: &str) -> Remote {
    let variables = [
        (
            "AWS_ENDPOINT_URL",
            format!("http://127.0.0.1:{}", MOTO.port),
        ),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ];
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));

    Remote {
        location: format!("s3://{bucket}/{test}/models"),
        variables: variables.collect(),
    }
}

impl Moto {
    fn start() -> Self {
        let folder = folder();
        assert!(
            folder.join("moto").is_dir(),
            "no moto in {}: run `cargo xtask test`, which fetches it",
            folder.display()
        );

        let mut python = Command::new("python3");
        python
            .args(["-c", PROGRAM])
            .env("PYTHONPATH", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut server = python
            .spawn()
            .expect("the S3 tests need `python3` on the path");
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line
            .trim()
            .parse()
            .expect("moto says why it did not start on standard error");
        create_bucket(port);

        Self {
            port,
            _server: server,
        }
    }
}

fn folder() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::env::var_os("RELEVANCE_MOTO").map_or_else(|| repository.join("target/moto"), PathBuf::from)
}

fn create_bucket(port: u16) {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        connection,
        "PUT /{BUCKET} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n"
    )
    .unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(
        response.lines().next().unwrap().contains(" 200 "),
        "{response}"
    );
}
