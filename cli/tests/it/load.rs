//! The service under load: while its model changes, while it ends, and past its limits.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use serde_json::{Value, json};

use crate::service::Service;
use crate::support::{LONG, Workspace};

/// Connections that ask all the time.
const CONNECTIONS: usize = 16;

/// A connection that is used again for as long as the service lets it be.
struct Client {
    port: u16,
    connection: Option<BufReader<TcpStream>>,
}

/// Outcome of a request.
enum Sent {
    /// Status and body.
    Answered(u16, Value),
    /// The service takes no connections any more, so that nothing was sent.
    Refused,
}

/// A client that is told to close its connection does, and asks elsewhere, as one behind a load balancer would.
const fn is_open(client: &Client) -> bool {
    client.connection.is_some()
}

impl Client {
    fn new(port: u16) -> Self {
        Self {
            port,
            connection: None,
        }
    }

    /// Sends a request and reads its answer; an answer that does not come is a request that was lost.
    fn post(&mut self, path: &str, body: &Value) -> Sent {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
                Ok(stream) => BufReader::new(stream),
                Err(_) => return Sent::Refused,
            },
        };
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        connection
            .get_mut()
            .write_all(request.as_bytes())
            .expect("a request was lost while it was sent");
        let (status, headers) = read_head(&mut connection);
        let mut content = vec![0; headers["content-length"].parse().unwrap()];
        connection
            .read_exact(&mut content)
            .expect("an answer ended early");
        if headers
            .get("connection")
            .is_none_or(|connection| connection != "close")
        {
            self.connection = Some(connection);
        }
        Sent::Answered(status, serde_json::from_slice(&content).unwrap())
    }
}

/// Status and headers of an answer.
fn read_head(connection: &mut BufReader<TcpStream>) -> (u16, BTreeMap<String, String>) {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        let bytes = connection.read_line(&mut line).expect("a request was lost");
        assert!(
            bytes > 0,
            "a request was lost: the connection was closed instead of {lines:?}"
        );
        if line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }

    let status = lines[0].split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines[1..].iter().filter_map(|line| line.split_once(": "));
    (
        status,
        headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    )
}

fn joined<T>(threads: Vec<ScopedJoinHandle<'_, T>>) -> Vec<T> {
    threads
        .into_iter()
        .map(|thread| thread.join().expect("a client failed"))
        .collect()
}

/// Asks for a batch until `done`, and gives the different answers with how often each came.
fn ask(port: u16, done: &AtomicBool) -> BTreeMap<String, usize> {
    let body = json!({ "texts": ["flood waters are rising", "concert tonight", "fire", "sunny day", "evacuated"] });
    let (mut client, mut answers) = (Client::new(port), BTreeMap::new());

    while !done.load(Ordering::Relaxed) {
        let Sent::Answered(200, answer) = client.post("/v1/predict/batch", &body) else {
            panic!("no answer")
        };
        *answers.entry(answer.to_string()).or_default() += 1;
    }

    answers
}

#[test]
fn fifty_changes_of_the_model_lose_no_request_and_mix_no_versions() {
    let workspace = Workspace::with_model();
    workspace.train(&["--alpha", "4", "--max-drop", "1"]);
    let service = Service::start(
        &workspace,
        &["serve", "--reload-interval-ms", "0", "--log", "warn"],
    );
    let done = AtomicBool::new(false);
    let answers = thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| ask(service.port, &done)))
            .collect();
        for change in 0..50 {
            let version = 2 - change % 2;
            workspace
                .run(&["models", "promote", &version.to_string()])
                .succeeded();
            service.hang_up();
            let start = Instant::now();
            while service.get("/v1/model").1["version"] != version {
                assert!(start.elapsed() < LONG, "version {version} does not answer");
            }
        }
        done.store(true, Ordering::Relaxed);
        joined(clients)
    });
    let all: BTreeMap<&String, usize> =
        answers
            .iter()
            .flatten()
            .fold(BTreeMap::new(), |mut all, (answer, count)| {
                *all.entry(answer).or_default() += count;
                all
            });

    // Each version always says the same, so that an answer of two versions would be a third one.
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(all.values().sum::<usize>() > 50 * CONNECTIONS, "{all:#?}");
}

#[test]
fn sigterm_under_load_loses_no_request() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--log", "warn"]);
    let all_answered = AtomicUsize::new(0);
    let answered = thread::scope(|scope| {
        let clients = (0..CONNECTIONS).map(|_| {
            scope.spawn(|| {
                let (mut client, mut answered) = (Client::new(service.port), 0);
                while answered == 0 || is_open(&client) {
                    let sent = client.post("/v1/predict", &json!({ "text": "flood" }));
                    assert!(matches!(sent, Sent::Answered(200, _)), "no answer");
                    answered += 1;
                    all_answered.fetch_add(1, Ordering::Relaxed);
                }
                answered
            })
        });
        let clients: Vec<_> = clients.collect();
        let start = Instant::now();
        while all_answered.load(Ordering::Relaxed) < 100 * CONNECTIONS && start.elapsed() < LONG {
            thread::yield_now();
        }
        service.terminate();
        joined(clients)
    });

    assert!(
        answered.iter().all(|&answered| answered > 0),
        "{answered:?}"
    );
    assert!(
        answered.iter().sum::<usize>() > 100 * CONNECTIONS,
        "{answered:?}"
    );
    assert_eq!(service.end().code, Some(0));
}

#[test]
fn texts_past_the_queue_are_refused_with_429_and_those_that_wait_too_long_with_503() {
    let workspace = Workspace::with_model();
    for (arguments, status, code) in [
        (
            ["--max-queued-texts", "0", "--max-wait-ms", "60000"],
            429,
            "overloaded",
        ),
        (
            ["--max-queued-texts", "1000000", "--max-wait-ms", "1"],
            503,
            "waited_too_long",
        ),
    ] {
        let limits = [
            &[
                "serve",
                "--max-concurrent-texts",
                "1",
                "--max-batch-texts",
                "100000",
                "--log",
                "error",
            ][..],
            &arguments,
        ];
        let service = Service::start(&workspace, &limits.concat());
        let body =
            json!({ "texts": vec!["flood waters are rising in the old town tonight"; 10_000] });
        let start = Instant::now();
        let seen = AtomicBool::new(false);
        let refused = thread::scope(|scope| {
            let clients = (0..CONNECTIONS).map(|_| {
                scope.spawn(|| {
                    let (mut client, mut refused) = (Client::new(service.port), Vec::new());
                    while !seen.load(Ordering::Relaxed) && start.elapsed() < LONG {
                        match client.post("/v1/predict/batch", &body) {
                            Sent::Answered(200, _) => {}
                            Sent::Answered(status, problem) => {
                                seen.store(true, Ordering::Relaxed);
                                refused.push((status, problem));
                            }
                            Sent::Refused => panic!("no connection"),
                        }
                    }
                    refused
                })
            });
            let clients: Vec<_> = clients.collect();
            joined(clients).concat()
        });
        assert!(!refused.is_empty(), "{arguments:?}: nothing was refused");
        for (got, problem) in refused {
            assert_eq!((got, &problem["code"]), (status, &code.into()), "{problem}");
            assert!(
                arguments.contains(&problem["flag"].as_str().unwrap()),
                "{problem}"
            );
        }
        let metrics = service.get("/metrics").1;
        assert!(
            metrics
                .as_str()
                .unwrap()
                .contains(&format!("relevance_problems_total{{code=\"{code}\"}}")),
            "{metrics}"
        );
    }
}
