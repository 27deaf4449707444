//! Messages of gRPC calls.

use axum::http::Request;
use axum::http::header::CONTENT_TYPE;

use crate::service::{Response, respond};
use crate::stored_gzip::stored_gzip;
use crate::{has_bit, split_settings};

/// Every call with a response that ends, but the one that unloads the model.
const CALLS: [&str; 9] = [
    "/inference.GRPCInferenceService/ModelInfer",
    "/inference.GRPCInferenceService/ModelMetadata",
    "/inference.GRPCInferenceService/ModelReady",
    "/inference.GRPCInferenceService/ModelConfig",
    "/inference.GRPCInferenceService/ModelStatistics",
    "/inference.GRPCInferenceService/RepositoryIndex",
    "/inference.GRPCInferenceService/RepositoryModelLoad",
    "/grpc.health.v1.Health/Check",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
];
/// Codes that no call returns: `UNKNOWN` and `DATA_LOSS`.
const FAILURES: [&str; 2] = ["2", "15"];
/// `INTERNAL`, which gRPC also uses for messages that cannot be decoded.
const INTERNAL: &str = "13";
/// Parts of the messages of a service that failed itself.
const FAILED: [&str; 2] = ["the%20service%20failed", "cannot%20be"];

/// Checks that no message makes the service fail.
///
/// The first byte chooses the call, the second whether the input is a message, an encoded message, or a
/// body with the prefix of its message.
///
/// # Panics
/// When a response has another status than 200, or the code of a failure.
pub fn check(input: &[u8]) {
    let ([call, setting], content) = split_settings(input);
    let call = CALLS[usize::from(call) % CALLS.len()];

    let mut request = Request::post(call).header(CONTENT_TYPE, "application/grpc");
    let is_encoded = has_bit(setting, 0);
    if is_encoded {
        request = request.header("grpc-encoding", "gzip");
    }
    let body = match (has_bit(setting, 1), is_encoded) {
        (true, _) => content.to_vec(),
        (false, true) => with_prefix(1, &stored_gzip(content)),
        (false, false) => with_prefix(0, content),
    };

    check_response(call, &respond(request, body));
}

/// Returns the body of a message: a flag, the length and the message.
fn with_prefix(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("inputs are short");
    let mut body = vec![flag];
    body.extend(length.to_be_bytes());
    body.extend(message);
    body
}

fn check_response(call: &str, response: &Response) {
    assert_eq!(response.status.as_u16(), 200, "{call}");
    let value = |name: &str| {
        let value = response.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap_or_default())
    };
    let (code, message) = (value("grpc-status"), value("grpc-message"));
    assert!(!code.is_empty(), "{call} has no status");
    assert!(!FAILURES.contains(&code), "{call}: {code} {message}");

    let has_failed = code == INTERNAL && FAILED.iter().any(|part| message.contains(part));
    assert!(!has_failed, "{call}: {message}");
}
