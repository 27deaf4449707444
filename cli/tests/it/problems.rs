//! Every problem that the specification names, from the real service.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};

use relevance_models::{Publication, Store};
use serde_json::{Value, json};

use crate::service::Service;
use crate::support::Workspace;

/// SHA-256 of `open sesame`.
const DIGEST: &str = "41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb";

/// Those that need a load, in `load.rs`; the one that stands for a bug of the service; and the one of calls on the model
/// repository, which the inference protocol tells in its own form.
const ELSEWHERE: [&str; 4] = ["internal", "keys_needed", "overloaded", "waited_too_long"];

/// Response to bytes on a connection, head and body; `ends` when the connection closes after it.
fn answer(service: &Service, request: &str, ends: bool) -> (String, String) {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    if ends {
        connection.shutdown(Shutdown::Write).unwrap();
    }

    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer to {request:?}: {answer:?}"));
    (head.to_owned(), body.to_owned())
}

/// The problem that bytes on a connection are answered with.
fn problem(service: &Service, request: &str, ends: bool) -> Value {
    let (head, body) = answer(service, request, ends);
    assert!(head.contains("application/problem+json"), "{head}\n{body}");
    serde_json::from_str(&body).unwrap()
}

fn post(path: &str, media_type: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {media_type}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

/// The codes of a service with small limits.
fn of_requests(workspace: &Workspace) -> BTreeSet<String> {
    let limits = [
        "--max-text-bytes",
        "40",
        "--max-body-bytes",
        "200",
        "--max-batch-texts",
        "2",
        "--body-timeout-ms",
        "100",
    ];
    let service = Service::start(workspace, &[&["serve"], &limits[..]].concat());
    let json = "application/json";
    let predict = |body: &str| post("/v1/predict", json, body);
    let cut = |request: String| request.replace("Content-Length: 17", "Content-Length: 18");
    let cases = [
        ("malformed_json", predict("{"), false),
        (
            "incomplete_body",
            cut(predict(r#"{"text": "flood"}"#)),
            true,
        ),
        ("body_too_slow", cut(predict(r#"{"text": "flood"}"#)), false),
        (
            "unsupported_media_type",
            post("/v1/predict", "text/plain", r#"{"text": "flood"}"#),
            false,
        ),
        ("body_too_large", predict(&" ".repeat(201)), false),
        ("invalid_body", predict("{}"), false),
        ("empty_text", predict(r#"{"text": " "}"#), false),
        (
            "text_too_long",
            predict(&json!({ "text": "x".repeat(41) }).to_string()),
            false,
        ),
        (
            "empty_batch",
            post("/v1/predict/batch", json, r#"{"texts": []}"#),
            false,
        ),
        (
            "batch_too_large",
            post("/v1/predict/batch", json, r#"{"texts": ["a", "b", "c"]}"#),
            false,
        ),
        (
            "invalid_threshold",
            post("/v1/explain", json, r#"{"text": "flood", "threshold": 2}"#),
            false,
        ),
        (
            "capture_off",
            post(
                "/v1/feedback",
                json,
                r#"{"request_id": "r", "label": "Relevant"}"#,
            ),
            false,
        ),
        ("not_found", get("/nothing"), false),
        ("method_not_allowed", get("/v1/predict"), false),
    ];
    cases
        .into_iter()
        .chain(encoded_requests())
        .map(|(code, request, ends)| told(&problem(&service, &request, ends), code))
        .collect()
}

/// Requests whose encoding is unknown, or not that of the body.
fn encoded_requests() -> [(&'static str, String, bool); 2] {
    let request = post("/v1/predict", "application/json", r#"{"text": "flood"}"#);
    [("unsupported_encoding", "br"), ("malformed_gzip", "gzip")].map(|(code, encoding)| {
        let header = format!("Content-Encoding: {encoding}\r\nHost");
        (code, request.replace("Host", &header), false)
    })
}

/// The codes of a service with keys, whose model an operator has unloaded.
fn of_keys(workspace: &Workspace) -> BTreeSet<String> {
    let service = Service::start(workspace, &["serve", "--api-keys", DIGEST]);
    let wrong = get("/v1/model").replace("Host", "X-API-Key: open barley\r\nHost");
    let keyed = |request: String| request.replace("Host", "X-API-Key: open sesame\r\nHost");
    let unload = keyed(post(
        "/v2/repository/models/relevance/unload",
        "application/json",
        "{}",
    ));
    let (head, body) = answer(&service, &unload, false);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}\n{body}");

    let codes = [
        ("key_missing", get("/v1/model")),
        ("key_unknown", wrong),
        ("no_model", keyed(get("/v1/model"))),
    ];
    codes
        .into_iter()
        .map(|(code, request)| told(&problem(&service, &request, false), code))
        .collect()
}

/// The codes of a service whose model lacks what training of today gives.
fn of_an_inlined_model() -> BTreeSet<String> {
    let workspace = Workspace::with_model();
    workspace
        .run(&["export", "--inline", "-o", "inlined.onnx"])
        .succeeded();
    let publication = Publication {
        files: vec![(
            "model.onnx".to_owned(),
            workspace.read("inlined.onnx").into(),
        )],
        training: Value::Null,
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    let store = Store::open(workspace.path("models").to_str().unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(store.publish("relevance", publication))
        .unwrap();
    let service = Service::start(&workspace, &["serve", "--model-version", "2"]);
    let explain = post("/v1/explain", "application/json", r#"{"text": "flood"}"#);
    let codes = [("not_explainable", explain), ("no_card", get("/model"))];
    codes
        .into_iter()
        .map(|(code, request)| told(&problem(&service, &request, false), code))
        .collect()
}

/// The code, once the problem has it.
fn told(problem: &Value, code: &str) -> String {
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["type"], format!("urn:relevance:problem:{code}"));
    code.to_owned()
}

#[test]
fn every_problem_of_the_specification_is_told_by_the_service() {
    let workspace = Workspace::with_model();
    let specification: Value =
        serde_json::from_str(&workspace.run(&["openapi"]).succeeded().stdout).unwrap();
    let schema = &specification["components"]["schemas"]["ProblemCode"];
    let named = schema["oneOf"]
        .as_array()
        .or_else(|| schema["enum"].as_array())
        .unwrap();
    let named: BTreeSet<String> = named
        .iter()
        .map(|code| {
            code["const"]
                .as_str()
                .or_else(|| code["enum"][0].as_str())
                .or_else(|| code.as_str())
                .unwrap()
                .to_owned()
        })
        .collect();
    let mut told = of_requests(&workspace);
    told.append(&mut of_keys(&workspace));
    told.append(&mut of_an_inlined_model());
    told.extend(ELSEWHERE.map(str::to_owned));

    assert_eq!(told, named);
}
