//! An S3 server on loopback for the tests: moto, which `cargo xtask test` fetches.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use object_store::ObjectStoreExt as _;
use object_store::aws::AmazonS3Builder;

/// It ends when its standard input is closed, hence also when the tests are killed.
const PROGRAM: &str = r#"
import logging, os, sys, threading
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app

def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
"#;

static MOTO: LazyLock<Moto> = LazyLock::new(Moto::start);

/// The server of all tests of a process.
struct Moto {
    port: u16,
    _server: Child,
}

/// Puts a file into a bucket, which is made when it is not there; its URL.
pub fn put(bucket: &str, path: &str, content: impl Into<Vec<u8>>) -> String {
    let port = MOTO.port;
    create_bucket(port, bucket);
    let store = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_endpoint(format!("http://127.0.0.1:{port}"))
        .with_allow_http(true)
        .with_access_key_id("test")
        .with_secret_access_key("test");
    let store = store.build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(store.put(&path.into(), content.into().into())).unwrap();
    format!("s3://{bucket}/{}", path.replace(' ', "%20"))
}

/// The variables that lead to the server.
pub fn variables() -> Vec<(String, String)> {
    [
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", MOTO.port)),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

impl Moto {
    fn start() -> Self {
        let folder = folder();
        let missing = format!("no moto in {}: run `cargo xtask test`, which fetches it", folder.display());
        assert!(folder.join("moto").is_dir(), "{missing}");
        let mut python = Command::new("python3");
        python.args(["-c", PROGRAM]).env("PYTHONPATH", &folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = python.spawn().expect("the S3 tests need `python3` on the path");
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("moto says on standard error why it did not start");
        Self { port, _server: server }
    }
}

fn folder() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::env::var_os("RELEVANCE_MOTO").map_or_else(|| repository.join("target/moto"), PathBuf::from)
}

fn create_bucket(port: u16, bucket: &str) {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(connection, "PUT /{bucket} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.lines().next().unwrap().contains(" 200 "), "{answer}");
}
