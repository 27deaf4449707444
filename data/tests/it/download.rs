//! Files of a web server.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use relevance_data::check::check_location;
use relevance_data::{Dataset, LabelSettings, SourceSettings, open};
use relevance_storage::error_chain;

use crate::support::{assert_parts, gzip};

const CSV: &str = "text,label\nfire,1\n\"calm, quiet\",0\n";

/// Starts a server that answers each request with the status and content of its path.
fn serve(answer: fn(&str) -> (&'static str, Vec<u8>)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}

            let (status, content) = answer(request.split(' ').nth(1).unwrap());
            let length = content.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            // A client that has seen enough may be gone.
            let _ = connection.write_all(&[head.into_bytes(), content].concat());
        }
    });
    address
}

fn message(location: &str, settings: &SourceSettings) -> String {
    let message = error_chain(&open(location, settings).unwrap_err());
    assert!(!message.contains("secret"), "{message}");
    message
}

#[test]
fn file_of_a_web_server_is_read_by_its_name_and_content() {
    let address = serve(|path| match path {
        "/a.csv?token=secret" | "/a" => ("200 OK", CSV.into()),
        "/a.csv.gz" => ("200 OK", gzip(CSV.as_bytes())),
        _ => ("404 Not Found", Vec::new()),
    });

    for path in ["a.csv?token=secret", "a", "a.csv.gz"] {
        let location = format!("http://me:secret@{address}/{path}");
        let source = open(&location, &SourceSettings::default()).unwrap();
        assert!(!source.name().contains("secret"), "{}", source.name());
        let dataset = Dataset::read(source.as_ref(), &LabelSettings::default()).unwrap();
        assert_eq!(dataset.texts, ["fire", "calm, quiet"].into_iter().collect());
    }
}

#[test]
fn file_is_downloaded_once_while_it_is_open() {
    static REQUESTS: AtomicUsize = AtomicUsize::new(0);
    let address = serve(|_| {
        REQUESTS.fetch_add(1, Ordering::Relaxed);
        ("200 OK", CSV.into())
    });
    let location = format!("http://{address}/a.csv");
    let settings = SourceSettings::default();
    let report = check_location(&location, &settings, &LabelSettings::default()).unwrap();
    assert_eq!((report.rows, REQUESTS.load(Ordering::Relaxed)), (2, 1));
}

#[test]
fn failed_download_is_an_error_without_credentials() {
    let address = serve(|path| match path {
        "/page.csv" => ("200 OK", b"<!doctype html>".to_vec()),
        "/large.csv" => ("200 OK", vec![b'a'; 1_000_000]),
        _ => ("403 Forbidden", Vec::new()),
    });
    let settings = SourceSettings {
        max_unpacked_bytes: 100_000,
        ..SourceSettings::default()
    };

    for (path, parts) in [
        ("none.csv?key=secret", ["cannot download", "403 Forbidden"]),
        ("page.csv", ["page.csv", "is an HTML page"]),
        (
            "large.csv",
            ["more than 100000 bytes", "`max_unpacked_bytes`"],
        ),
    ] {
        let location = format!("http://me:secret@{address}/{path}");
        assert_parts(&message(&location, &settings), &parts);
    }

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let location = format!("http://me:secret@{closed}/a.csv?key=secret");
    assert_parts(&message(&location, &settings), &["cannot download"]);
}
