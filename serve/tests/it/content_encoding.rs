//! Request bodies in gzip, the same over `/v1`, `/v2` and gRPC, and with a byte order mark.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message as _;
use relevance_serve::FastPath;
use serde_json::json;

use crate::oip::grpc::typed;
use crate::oip::messages::ModelInferResponse;
use crate::oip::support::{INFER, error, input, service};
use crate::support::{TEXT, TestResponse, call, state};

const GRPC: &str = "/inference.GRPCInferenceService/ModelInfer";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn encoded(path: &str, encoding: &str, body: Vec<u8>) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_ENCODING, encoding)
        .body(Body::from(body))
        .unwrap()
}

/// A call with one message: the flag, the message's length and the message.
fn message(encoding: &str, flag: u8, message: &[u8]) -> Request<Body> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    Request::post(GRPC)
        .header(header::CONTENT_TYPE, "application/grpc")
        .header("grpc-encoding", encoding)
        .body(Body::from([&[flag], &length[..], message].concat()))
        .unwrap()
}

/// The status of a call and, if it failed, its message.
fn grpc_status(response: &TestResponse) -> (String, String) {
    let header = |name| {
        response
            .headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    };
    (
        header("grpc-status").to_owned(),
        header("grpc-message")
            .replace("%20", " ")
            .replace("%60", "`"),
    )
}

fn predict_body() -> Vec<u8> {
    json!({ "text": TEXT }).to_string().into()
}

fn infer_body() -> Vec<u8> {
    json!({"inputs": [input(&[1], &json!([TEXT]))]})
        .to_string()
        .into()
}

async fn v1() -> FastPath {
    FastPath::new(state().await)
}

#[tokio::test]
async fn gzip_bodies_get_the_predictions_of_plain_ones() {
    for encoding in ["gzip", "X-GZIP"] {
        for (service, path, body) in [
            (v1().await, "/v1/predict", predict_body()),
            (v1().await, "/v1/explain", predict_body()),
            (service().await, INFER, infer_body()),
        ] {
            let plain = call(service.clone(), encoded(path, "identity", body.clone())).await;
            assert_eq!(plain.status, StatusCode::OK, "{plain:?}");
            let zipped = call(service, encoded(path, encoding, gzip(&body))).await;
            assert_eq!(zipped.text(), plain.text());
        }
    }

    let request = typed(&[1], &[TEXT]).encode_to_vec();
    for (encoding, flag, body) in [
        ("gzip", 1, gzip(&request)),
        ("gzip", 0, request.clone()),
        ("identity", 0, request.clone()),
    ] {
        let response = call(service().await, message(encoding, flag, &body)).await;
        let response = ModelInferResponse::decode(&response.body[5..]).unwrap();
        assert_eq!(response.id, "7", "{encoding}, {flag}");
    }
}

#[tokio::test]
async fn gzip_of_several_members_is_one_body() {
    let body = predict_body();
    let (start, end) = body.split_at(9);
    let members = [gzip(start), gzip(end)].concat();
    let response = call(v1().await, encoded("/v1/predict", "gzip", members)).await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
}

#[tokio::test]
async fn the_size_limit_counts_the_bytes_after_decoding() {
    let bomb = gzip(&vec![b' '; 1_000_000]);
    assert!(bomb.len() < 2000, "the bomb itself is within the limits");

    let short = gzip(&vec![b' '; 201]);
    let response = call(v1().await, encoded("/v1/predict", "gzip", short)).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(response.code(), "body_too_large");

    let response = call(service().await, encoded(INFER, "gzip", bomb.clone())).await;
    assert!(error(&response, 413).contains("RELEVANCE_MAX_BODY_BYTES"));

    let (status, text) = grpc_status(&call(service().await, message("gzip", 1, &bomb)).await);
    assert_eq!(status, "8");
    assert!(text.contains("RELEVANCE_MAX_BODY_BYTES"), "{text}");
}

#[tokio::test]
async fn another_encoding_is_refused_with_one_code() {
    for encoding in ["br", "deflate", "gzip, gzip"] {
        let response = call(v1().await, encoded("/v1/predict", encoding, predict_body())).await;
        assert_eq!(response.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(response.code(), "unsupported_encoding");
        assert_eq!(response.header(header::ACCEPT_ENCODING), "gzip");

        let response = call(service().await, encoded(INFER, encoding, infer_body())).await;
        assert!(error(&response, 415).contains(encoding));
        assert_eq!(response.header(header::ACCEPT_ENCODING), "gzip");
    }

    let request = typed(&[1], &[TEXT]).encode_to_vec();
    let (status, text) = grpc_status(&call(service().await, message("br", 1, &request)).await);
    assert_eq!(status, "12");
    assert!(text.contains("`br`"), "{text}");
}

#[tokio::test]
async fn broken_gzip_is_refused_with_400() {
    let zipped = gzip(&predict_body());
    let cut = zipped[..zipped.len() - 3].to_vec();
    let garbage_after = [&zipped[..], b"garbage"].concat();
    for body in [predict_body(), cut, garbage_after] {
        let response = call(v1().await, encoded("/v1/predict", "gzip", body.clone())).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST);
        assert_eq!(response.code(), "malformed_gzip");

        let (status, text) = grpc_status(&call(service().await, message("gzip", 1, &body)).await);
        assert_eq!(status, "3", "{text}");
    }
}

#[tokio::test]
async fn tensors_are_counted_in_the_decoded_message_alone() {
    let mut request = typed(&[1], &[TEXT]);
    request.inputs = vec![request.inputs[0].clone(); 3];
    let request = request.encode_to_vec();

    let plain = [&request[..], &[0xff; 3]].concat();
    let length = u32::try_from(request.len()).unwrap().to_be_bytes();
    let framed = [&[0], &length[..], &plain].concat();
    let mut followed_by_garbage = message("identity", 0, &request);
    *followed_by_garbage.body_mut() = Body::from(framed);

    for request in [message("gzip", 1, &gzip(&request)), followed_by_garbage] {
        let (status, text) = grpc_status(&call(service().await, request).await);
        assert_eq!(status, "3");
        assert!(text.contains("has 3 inputs"), "{text}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_ignored() {
    for (service, path, body) in [
        (v1().await, "/v1/predict", predict_body()),
        (service().await, INFER, infer_body()),
    ] {
        let plain = call(service.clone(), encoded(path, "identity", body.clone())).await;
        let marked = [b"\xef\xbb\xbf", &body[..]].concat();
        let response = call(service, encoded(path, "identity", marked)).await;
        assert_eq!(response.status, StatusCode::OK, "{response:?}");
        assert_eq!(response.json(), plain.json());
    }
}
