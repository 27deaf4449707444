//! The service: `relevance serve`, `relevance health`, and the whole job without a command.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::service::Service;
use crate::support::{LONG, Outcome, Workspace};

/// A text that every model here must find relevant.
const FLOOD: &str = "flood waters are rising, families evacuated";

/// SHA-256 of the empty text.
const EMPTY_DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Time limit for an undisturbed service to end; platforms kill after ten seconds.
const SOON: Duration = Duration::from_secs(4);

/// Time limit for a service to end, whatever its clients do.
const LATEST: Duration = Duration::from_secs(8);

/// A connection whose request is answered once its body comes.
struct OpenRequest {
    connection: BufReader<TcpStream>,
    body: String,
}

impl OpenRequest {
    /// Sends the head of a request and waits until the service asks for the body.
    fn start(port: u16) -> Self {
        let body = json!({ "text": FLOOD }).to_string();
        let mut connection =
            BufReader::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap());
        let head = format!(
            "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Expect: 100-continue\r\n\r\n",
            body.len()
        );
        connection.get_mut().write_all(head.as_bytes()).unwrap();
        let mut lines = [String::new(), String::new()];
        for line in &mut lines {
            connection.read_line(line).unwrap();
        }
        assert_eq!(lines, ["HTTP/1.1 100 Continue\r\n", "\r\n"]);

        Self { connection, body }
    }

    /// Sends the body and reads until the service closes the connection.
    fn finish(mut self) -> String {
        self.connection
            .get_mut()
            .write_all(self.body.as_bytes())
            .unwrap();
        let mut answer = String::new();
        self.connection.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn the_whole_job_on_a_fresh_store_ends_in_an_answer() {
    let workspace = Workspace::new();
    let service = Service::start(&workspace, &[]);
    let (status, answer) = service.post("/v1/predict", &json!({ "text": FLOOD }));
    assert_eq!(
        (status, &answer["relevant"], &answer["label"]),
        (200, &true.into(), &"Relevant".into()),
        "{answer}"
    );
    assert_eq!(
        answer["model"],
        json!({ "name": "relevance", "version": 1 })
    );
    service.terminate();
    assert_eq!(service.end().code, Some(0));

    let published = workspace.files("models");
    let service = Service::start(&workspace, &[]);
    assert_eq!(
        service.post("/v1/predict", &json!({ "text": FLOOD })),
        (200, answer)
    );
    service.terminate();
    assert_eq!(service.end().code, Some(0));
    assert!(
        workspace.files("models") == published,
        "the second run changed the store"
    );
}

#[test]
fn the_whole_job_serves_nothing_that_the_gate_refuses() {
    let workspace = Workspace::new();
    let outcome = workspace.run(&[
        "--min-precision",
        "0.99",
        "--address",
        "127.0.0.1",
        "--port",
        "0",
    ]);
    let outcome = outcome.failed(3, &["`gate.min_precision` is 0.99"]);

    assert!(!outcome.stderr.contains("serving"), "{}", outcome.stderr);
    assert!(!workspace.path("models").exists());
}

#[test]
fn the_version_in_production_answers_unless_another_is_named() {
    let workspace = Workspace::with_model();
    workspace.train(&["--seed", "7"]);

    for (arguments, version) in [
        (&["serve"][..], 1),
        (&["serve", "--model-version", "candidate"], 2),
        (&["serve", "--model-version", "2"], 2),
    ] {
        let service = Service::start(&workspace, arguments);
        let (status, answer) = service.post("/v1/predict", &json!({ "text": FLOOD }));
        assert_eq!(
            (status, &answer["model"]["version"]),
            (200, &version.into()),
            "{arguments:?}: {answer}"
        );
        assert_eq!(service.get("/v2/health/ready").0, 200);
    }
}

#[test]
fn the_service_and_the_command_give_one_probability() {
    let workspace = Workspace::with_model();
    let want = workspace
        .run(&["predict", "-f", "jsonl", FLOOD])
        .succeeded()
        .json();
    let (_, answer) =
        Service::start(&workspace, &["serve"]).post("/v1/predict", &json!({ "text": FLOOD }));
    assert_eq!(answer["probability"], want["probability"]);
}

#[test]
fn health_is_0_while_the_service_runs_and_1_after() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    let port = service.port;
    let health = || {
        workspace
            .command(&["health"])
            .env("PORT", port.to_string())
            .output()
            .unwrap()
    };
    assert_eq!(health().status.code(), Some(0));

    service.terminate();
    assert_eq!(service.end().code, Some(0));

    // Holds the port without listening, so that no other service can take it.
    let held = TcpSocket::new_v4().unwrap();
    held.set_reuseaddr(true).unwrap();
    held.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .unwrap();
    let output = health();
    assert_eq!(output.status.code(), Some(1));

    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains(&format!("no response from http://127.0.0.1:{port}/")),
        "{stderr}"
    );
}

#[test]
fn the_log_is_json_lines_without_any_text() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--log", "trace"]);

    for (path, body, want) in [
        ("/v1/predict", json!({ "text": "xylophonist" }), 200),
        ("/v1/predict", json!({ "text": ["xylophonist"] }), 422),
        ("/v1/predict", json!({ "xylophonist": 1 }), 422),
        (
            "/xylophonist?xylophonist=1",
            json!({ "text": "xylophonist" }),
            404,
        ),
    ] {
        let (status, answer) = service.post(path, &body);
        assert_eq!(status, want, "{path} {body}: {answer}");
    }

    service.terminate();
    let ended = service.end();
    let answered = ended
        .log
        .iter()
        .filter(|line| line.contains("answered a request"))
        .count();
    assert_eq!(answered, 4, "{ended:#?}");

    for line in &ended.log {
        let entry: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let [severity, message, time] = ["severity", "message", "time"].map(|key| {
            entry[key]
                .as_str()
                .unwrap_or_else(|| panic!("{key}: {line}"))
        });
        assert!(
            ["ERROR", "WARNING", "INFO", "DEBUG"].contains(&severity),
            "{line}"
        );
        assert!(!message.is_empty(), "{line}");
        time.parse::<jiff::Timestamp>().unwrap();
    }

    let all = [ended.log, ended.talk].concat().join("\n");
    assert!(!all.contains("xylophonist"), "{all}");
}

#[test]
fn a_log_that_nobody_reads_stops_neither_requests_nor_the_end() {
    let workspace = Workspace::with_model();
    let service = Service::start_unread(&workspace, &["serve"]);
    // The lines of these fill the pipe and the buffer in front of it.
    for _ in 0..500 {
        assert_eq!(service.get("/v2/models/relevance").0, 200);
    }

    service.terminate();
    let ended = service.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.took < Duration::from_secs(5), "{ended:?}");
}

#[test]
fn the_level_of_the_log_is_a_setting() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--log", "error"]);
    service.post("/v1/predict", &json!({ "text": FLOOD }));
    service.terminate();
    assert_eq!(service.end().log, [""; 0]);
}

#[test]
fn sigterm_ends_an_idle_service_at_once() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    let idle = TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).unwrap();
    assert_eq!(
        service.post("/v1/predict", &json!({ "text": FLOOD })).0,
        200
    );

    service.terminate();
    let ended = service.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.took < SOON, "{ended:?}");

    drop(idle);
}

#[test]
fn sigterm_lets_an_open_request_finish_and_then_ends_at_once() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    let open = OpenRequest::start(service.port);
    service.terminate();
    service.wait_for_log("no longer accepting connections");
    let answer = open.finish();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"probability\""),
        "{answer}"
    );

    let ended = service.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.took < SOON, "{ended:?}");
}

#[test]
fn sigterm_ends_the_service_though_a_client_never_sends_its_body() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    let open = OpenRequest::start(service.port);
    service.terminate();
    let ended = service.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.took < LATEST, "{ended:?}");
    drop(open);
}

#[test]
fn limits_are_settings() {
    let workspace = Workspace::with_model();
    let service = Service::start(
        &workspace,
        &["serve", "--max-text-bytes", "10", "--max-body-bytes", "100"],
    );

    for (bytes, status, code) in [
        (10, 200, None),
        (11, 422, Some("text_too_long")),
        (100, 413, Some("body_too_large")),
    ] {
        let (got, answer) = service.post("/v1/predict", &json!({ "text": "a".repeat(bytes) }));
        assert_eq!(
            (got, answer["code"].as_str()),
            (status, code),
            "{bytes} bytes: {answer}"
        );
    }
}

#[test]
fn a_port_in_use_fails_with_the_address() {
    let workspace = Workspace::with_model();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let port = address.port().to_string();
    let outcome = workspace.run(&["serve", "--address", "127.0.0.1", "--port", &port]);
    outcome.failed(1, &[&format!("cannot listen on {address}"), "in use"]);
}

#[test]
fn a_version_that_does_not_exist_fails_with_those_that_do() {
    let workspace = Workspace::with_model();
    let serve =
        |version: &str| workspace.run(&["serve", "--port", "0", "--model-version", version]);
    serve("2").failed(1, &["the store `models`", "no version 2", "it has: 1"]);
    serve("staging").failed(1, &["`staging`", "production", "versions: 1"]);
    workspace
        .run(&["serve", "--port", "0", "--name", "other"])
        .failed(1, &["`other`", "none"]);
}

#[test]
fn a_log_level_that_does_not_exist_is_wrong_usage() {
    let workspace = Workspace::new();
    for filter in [
        "loud",
        "inof",
        "relevance_serve=loud",
        "info,=",
        "info,loud",
    ] {
        workspace
            .run(&["serve", "--port", "0", "--log", filter])
            .failed(2, &["`--log`", filter, "info"]);
    }

    let workspace = Workspace::with_model();
    for filter in ["off", "warn,relevance_serve=debug"] {
        let service = Service::start(&workspace, &["serve", "--log", filter]);
        assert_eq!(service.get("/v2/health/live").0, 200, "{filter}");
    }
}

#[test]
fn a_setting_that_cannot_be_is_wrong_usage_before_anything_listens() {
    let workspace = Workspace::with_model();
    for (flag, value, part) in [
        ("--max-concurrent-texts", "0", "from 1 to"),
        ("--max-connections", "many", "from 1 to"),
        ("--max-wait-ms", "0", "from 1 to"),
        ("--body-timeout-ms", "-5", "--body-timeout-ms"),
        ("--reload-interval-ms", "soon", "from 0 to"),
        (
            "--cors-origins",
            "example.com/page",
            "an origin is `https://host`",
        ),
        ("--capture-fraction", "2", "from 0 to 1"),
    ] {
        let argument = format!("{flag}={value}");
        workspace
            .run(&["serve", "--port", "0", &argument])
            .failed(2, &[flag, part]);
    }
}

#[test]
fn a_key_in_place_of_its_digest_is_wrong_usage_and_is_not_shown() {
    let workspace = Workspace::with_model();
    let outcome = workspace.run(&["serve", "--port", "0", "--api-keys", "open-sesame"]);
    assert!(!outcome.stderr.contains("sesame"), "{outcome:?}");
    outcome.failed(
        2,
        &["`--api-keys`", "RELEVANCE_API_KEYS", "SHA-256", "sha256sum"],
    );
}

#[test]
fn digests_that_protect_nothing_are_wrong_usage() {
    let workspace = Workspace::with_model();
    for (digests, part) in [(",", "no digest"), (EMPTY_DIGEST, "empty key")] {
        let mut command = workspace.command(&["serve", "--port", "0"]);
        let outcome = Outcome::of(command.env("RELEVANCE_API_KEYS", digests));
        outcome.failed(2, &["RELEVANCE_API_KEYS", part]);
    }
}

#[test]
fn empty_variables_count_as_unset() {
    let workspace = Workspace::with_model();
    let mut command = workspace.command(&["serve", "--address", "localhost"]);
    for name in [
        "RELEVANCE_API_KEYS",
        "RELEVANCE_CAPTURE",
        "RELEVANCE_CORS_ORIGINS",
        "RELEVANCE_MAX_WAIT_MS",
        "RELEVANCE_SHADOW",
        "RELEVANCE_STORE",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ] {
        command.env(name, "");
    }

    let service = Service::spawn(command.args(["--port", "0"])).reading_log();
    assert_eq!(service.get("/v1/model").0, 200);
}

#[test]
fn health_takes_every_address_that_serve_takes() {
    let workspace = Workspace::with_model();
    for (address, others) in [
        ("::1", &["[::1]", "::"][..]),
        ("::", &["::", "localhost"]),
        ("localhost", &["localhost"]),
        ("127.0.0.2", &["127.0.0.2"]),
        ("0.0.0.0", &["0.0.0.0", "localhost"]),
    ] {
        let mut command = workspace.command(&["serve", "--port", "0", "--address", address]);
        let service = Service::spawn(&mut command).reading_log();
        let port = service.port.to_string();
        for other in others {
            workspace
                .run(&["health", "--address", other, "--port", &port])
                .succeeded();
        }
    }

    workspace
        .run(&["serve", "--address", "no-such-host.invalid"])
        .failed(1, &["no-such-host.invalid", "--address"]);
    workspace
        .run(&["serve", "--address", "http://localhost"])
        .failed(2, &["host name"]);
}

#[test]
fn the_key_in_the_environment_opens_the_service() {
    let workspace = Workspace::with_model();
    // A secret's file often ends with a line break.
    let variable = ("RELEVANCE_API_KEY", "open sesame\n");
    let service = Service::start_with_variable(&workspace, &["serve"], variable);

    let body = json!({ "text": FLOOD });
    for (headers, status) in [
        (&[("authorization", "Bearer open sesame")][..], 200),
        (&[("x-api-key", "open barley")][..], 401),
        (&[], 401),
    ] {
        let (answered, body) = service.post_with("/v1/predict", headers, &body);
        assert_eq!(answered, status, "{headers:?}: {body}");
    }
}

#[test]
fn a_key_in_the_environment_that_no_client_can_send_is_wrong_usage_and_is_not_shown() {
    let workspace = Workspace::with_model();
    for key in ["", " \n", "open\nsesame", "öffne sesam"] {
        let mut command = workspace.command(&["serve", "--port", "0"]);
        let outcome = Outcome::of(command.env("RELEVANCE_API_KEY", key));
        assert!(!outcome.stderr.contains("sesam"), "{outcome:?}");
        outcome.failed(2, &["RELEVANCE_API_KEY", "printable ASCII"]);
    }
}

#[test]
fn a_client_that_is_slow_with_its_head_is_cut_after_the_time_that_is_set() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--header-timeout-ms", "200"]);
    let mut slow = TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).unwrap();
    slow.write_all(b"GET /v2/health/live HTTP/1.1\r\nHost:")
        .unwrap();
    let (start, mut answer) = (Instant::now(), Vec::new());
    slow.set_read_timeout(Some(LONG)).unwrap();
    slow.read_to_end(&mut answer).unwrap();

    assert!(
        answer.is_empty() && start.elapsed() < LONG,
        "{:?}",
        String::from_utf8_lossy(&answer)
    );
    assert_eq!(
        service.get("/v1/model").1["limits"]["header_timeout_ms"],
        200
    );
}

#[test]
fn a_health_probe_is_answered_though_all_connections_are_idle() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--max-connections", "2"]);
    let idle = [(); 2].map(|()| TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).unwrap());

    let start = Instant::now();
    assert_eq!(service.get("/v2/health/ready").0, 200);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    drop(idle);
}

#[test]
fn limits_that_contradict_each_other_are_warned_about_at_start() {
    let workspace = Workspace::with_model();
    let limits = [
        "--max-body-bytes=99999",
        "--max-connections=1000000000",
        "--max-bytes-in-flight=50000",
    ];
    let service = Service::start(&workspace, &[&["serve"][..], &limits].concat());
    for part in [
        "`--max-connections`",
        "`--max-text-bytes`",
        "`--max-bytes-in-flight`",
    ] {
        assert!(service.wait_for_log(part).contains("WARNING"), "{part}");
    }
}

#[test]
fn the_service_serves_without_being_ready_during_the_shutdown_delay() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve", "--shutdown-delay-ms", "2000"]);
    service.terminate();
    service.wait_for_log("still accepting connections");
    assert_eq!(service.get("/v2/health/ready").0, 503);
    assert_eq!(
        service.post("/v1/predict", &json!({ "text": FLOOD })).0,
        200
    );

    let ended = service.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.took > Duration::from_secs(1) && ended.took < LATEST,
        "{ended:?}"
    );
}

/// Adds a version whose model file is a pipe that nobody writes, and puts it into production.
#[cfg(unix)]
fn promote_a_version_that_hangs(workspace: &Workspace) {
    let script = r#"cd models/relevance && cp -r 1 2 && sed -i 's/"version": 1/"version": 2/' 2/manifest.json &&
        rm 2/model.onnx && mkfifo 2/model.onnx && echo '{"production":"2"}' > aliases.json"#;
    let status = std::process::Command::new("sh")
        .args(["-c", script])
        .current_dir(workspace.path(""))
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}

#[cfg(unix)]
#[test]
fn a_load_that_hangs_fails_in_time_and_keeps_neither_later_reloads_nor_the_end() {
    let workspace = Workspace::with_model();
    let flags = [
        "serve",
        "--reload-interval-ms",
        "0",
        "--load-timeout-ms",
        "300",
    ];
    let service = Service::start(&workspace, &flags);
    promote_a_version_that_hangs(&workspace);

    for _ in 0..2 {
        service.hang_up();
        let line = service.wait_for_log("cannot reload the model");
        assert!(line.contains("--load-timeout-ms"), "{line}");
    }
    let metrics = service.get("/metrics").1;
    let failed = "relevance_reloads_total{outcome=\"failed\"} 2";
    assert!(metrics.as_str().unwrap().contains(failed), "{metrics}");
    assert_eq!(
        service.post("/v1/predict", &json!({ "text": FLOOD })).0,
        200
    );

    service.terminate();
    let ended = service.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.took < SOON, "{ended:?}");
}

#[cfg(unix)]
#[test]
fn signals_have_their_meaning_while_the_model_loads() {
    let workspace = Workspace::with_model();
    promote_a_version_that_hangs(&workspace);
    let mut child = workspace
        .command(&["serve", "--address", "127.0.0.1", "--port", "0"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut signal = |name: &str| {
        std::thread::sleep(Duration::from_secs(1));
        let script = r#"kill -"$1" "$2""#;
        let arguments = ["-c", script, "sh", name, &child.id().to_string()];
        std::process::Command::new("sh")
            .args(arguments)
            .status()
            .unwrap();
        std::thread::sleep(Duration::from_secs(1));
        child.try_wait().unwrap()
    };

    assert_eq!(signal("HUP"), None, "SIGHUP ended it");
    let status = signal("TERM");
    assert_eq!(
        status.and_then(|status| status.code()),
        Some(0),
        "{status:?}"
    );
}
