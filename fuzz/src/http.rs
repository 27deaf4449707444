//! Bodies of the routes that take one, under `/v1` and `/v2`.

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, Request};
use serde_json::Value;

use crate::service::{Response, respond};
use crate::stored_gzip::stored_gzip;
use crate::{has_bit, split_settings};

/// Every route that takes a body, but the one that unloads the model.
const ROUTES: [&str; 9] = [
    "/v1/predict",
    "/v1/predict/batch",
    "/v1/explain",
    "/v1/feedback",
    "/v2/models/relevance/infer",
    "/v2/models/relevance/versions/1/infer",
    "/v2/repository/index",
    "/v2/repository/models/relevance/load",
    "/v2/models/other/infer",
];

/// Checks that no body makes the service fail, and that every response is valid JSON.
///
/// The first byte chooses the route, the second headers and an encoding, the third the length of the
/// JSON before the binary tensors.
///
/// # Panics
/// When a response has a status of 500 or more, or its body is not JSON.
pub fn check(input: &[u8]) {
    let ([route, setting, length], content) = split_settings(input);
    let route = ROUTES[usize::from(route) % ROUTES.len()];

    let mut request = Request::post(route);
    if !has_bit(setting, 0) {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    if has_bit(setting, 1) {
        request = request.header("inference-header-content-length", u32::from(length));
    }
    if has_bit(setting, 2) {
        request = request.header(ACCEPT_ENCODING, "gzip");
    }
    let body = if has_bit(setting, 3) {
        request = request.header(CONTENT_ENCODING, "gzip");
        // An encoded body, or one that only says so.
        if has_bit(setting, 4) {
            content.to_vec()
        } else {
            stored_gzip(content)
        }
    } else {
        content.to_vec()
    };

    check_response(&respond(request, body));
}

fn check_response(response: &Response) {
    let Response {
        status,
        headers,
        body,
    } = response;
    assert!(
        status.as_u16() < 500,
        "{status}: {}",
        String::from_utf8_lossy(body)
    );
    if headers.contains_key(CONTENT_ENCODING) {
        return;
    }

    let json = match json_length(headers) {
        None => &body[..],
        Some(length) => &body[..length],
    };
    let value: Result<Value, _> = serde_json::from_slice(json);
    assert!(value.is_ok(), "{status}: {}", String::from_utf8_lossy(json));
}

/// Returns the length of the JSON before binary outputs.
fn json_length(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get("inference-header-content-length")?;
    let length = length.to_str().ok().and_then(|length| length.parse().ok());
    Some(length.expect("the length is a number"))
}
