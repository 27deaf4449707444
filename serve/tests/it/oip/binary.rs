//! The binary tensor extension.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{INFER, error, infer, input, service};
use crate::support::{TEXT, TestResponse, call};

const LENGTH: &str = "inference-header-content-length";

fn elements(texts: &[&[u8]]) -> Vec<u8> {
    let element =
        |text: &&[u8]| [&u32::try_from(text.len()).unwrap().to_le_bytes()[..], text].concat();
    texts.iter().flat_map(element).collect()
}

fn binary_request(json: &Value, length: Option<&str>, binary: &[u8]) -> Request<Body> {
    let json = json.to_string();
    let length = length.map_or_else(|| json.len().to_string(), str::to_owned);
    let body = [json.as_bytes(), binary].concat();
    let request = Request::post(INFER)
        .header(LENGTH, length)
        .header(header::CONTENT_TYPE, "application/octet-stream");
    request.body(Body::from(body)).unwrap()
}

fn head(shape: &[i64], size: usize) -> Value {
    let input = json!({"name": "text", "shape": shape, "datatype": "BYTES", "parameters": {"binary_data_size": size}});
    json!({"id": "7", "inputs": [input]})
}

async fn send(json: &Value, binary: &[u8]) -> TestResponse {
    call(service().await, binary_request(json, None, binary)).await
}

#[tokio::test]
async fn binary_texts_get_the_predictions_of_json_texts() {
    for shape in [&[2][..], &[2, 1]] {
        let binary = elements(&[TEXT.as_bytes(), "日本語".as_bytes()]);
        let response = send(&head(shape, binary.len()), &binary).await;
        let json =
            infer(&json!({"id": "7", "inputs": [input(shape, &json!([TEXT, "日本語"]))]})).await;
        assert_eq!(
            (response.status, response.json()),
            (StatusCode::OK, json.json())
        );
    }
}

/// The response's JSON, and the bytes after it.
fn split(response: &TestResponse) -> (Value, &[u8]) {
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
    assert_eq!(
        response.header(header::CONTENT_TYPE),
        "application/octet-stream"
    );
    let length = response.headers[LENGTH].to_str().unwrap().parse().unwrap();
    let (json, binary) = response.body.split_at(length);
    (serde_json::from_slice(json).unwrap(), binary)
}

#[tokio::test]
async fn outputs_are_binary_on_request() {
    let plain = infer(&json!({"inputs": [input(&[1], &json!([TEXT]))]}))
        .await
        .json();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it was a number of 32 bits"
    )]
    let probability = (plain["outputs"][0]["data"][0].as_f64().unwrap() as f32).to_le_bytes();
    let label = elements(&[b"Relevant"]);
    let inputs = json!([input(&[1], &json!([TEXT]))]);

    let all = infer(&json!({"inputs": inputs, "parameters": {"binary_data_output": true}})).await;
    let (json, binary) = split(&all);
    assert_eq!(binary, [&probability[..], &label].concat());
    for (output, size) in json["outputs"]
        .as_array()
        .unwrap()
        .iter()
        .zip([4, label.len()])
    {
        assert_eq!(output["parameters"], json!({"binary_data_size": size}));
        assert!(output.get("data").is_none());
    }

    let asked =
        |name: &str, binary: bool| json!({"name": name, "parameters": {"binary_data": binary}});
    let one =
        json!({"inputs": inputs, "outputs": [asked("label", true), asked("probability", false)]});
    let one = infer(&one).await;
    let (json, binary) = split(&one);
    assert_eq!(binary, label);
    assert_eq!(json["outputs"][1]["data"], plain["outputs"][0]["data"]);

    let parameters = json!({"binary_data_output": true});
    let none =
        json!({"inputs": inputs, "parameters": parameters, "outputs": [asked("label", false)]});
    let none = infer(&none).await;
    assert_eq!(none.header(header::CONTENT_TYPE), "application/json");
    assert!(!none.headers.contains_key(LENGTH));
}

#[tokio::test]
async fn malformed_binary_is_named_with_400() {
    let one = elements(&[b"flood"]);
    for (json, binary, part) in [
        (
            head(&[1], 8),
            one.clone(),
            "`binary_data_size` is 8, but 9 bytes follow the JSON",
        ),
        (head(&[1], 10), one.clone(), "`binary_data_size` is 10"),
        (head(&[2], 9), one.clone(), "not match the 1 elements"),
        (
            head(&[1], 3),
            vec![1, 0, 0],
            "element 0 needs 4 bytes for its length, only 3",
        ),
        (
            head(&[1], 5),
            vec![2, 0, 0, 0, b'a'],
            "has a length of 2 bytes, only 1",
        ),
        (
            head(&[1], 4),
            vec![255; 4],
            "has a length of 4294967295 bytes, only 0",
        ),
        (
            head(&[1], 5),
            elements(&[b"\xff"]),
            "element 0 is not UTF-8 from its byte 0",
        ),
        (
            json!({"inputs": [input(&[1], &json!(["a"]))]}),
            one.clone(),
            "but 9 bytes follow",
        ),
    ] {
        let message = error(&send(&json, &binary).await, 400);
        assert!(message.contains(part), "{message}");
    }
    let mut both = head(&[1], 9);
    both["inputs"][0]["data"] = json!(["flood"]);
    assert!(error(&send(&both, &one).await, 400).contains("has both `data`"));
}

#[tokio::test]
async fn the_header_must_be_a_length_within_the_body() {
    for length in ["-1", "many", "", "9999", "18446744073709551616"] {
        let request = binary_request(&head(&[1], 9), Some(length), &elements(&[b"flood"]));
        let message = error(&call(service().await, request).await, 400);
        assert!(
            message.contains("`Inference-Header-Content-Length`"),
            "{message}"
        );
    }
    let request = binary_request(&head(&[1], 9), Some("20"), &elements(&[b"flood"]));
    assert!(error(&call(service().await, request).await, 400).starts_with("the body is not JSON"));
}

#[test]
fn any_body_gets_a_response() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let service = runtime.block_on(service());
    let strategy = (
        prop::collection::vec(any::<u8>(), 0..60),
        0..200_usize,
        0..4_i64,
        any::<bool>(),
    );
    proptest!(|((binary, size, count, exact) in strategy)| {
        let size = if exact { binary.len() } else { size };
        let response = runtime.block_on(call(service.clone(), binary_request(&head(&[count], size), None, &binary)));
        prop_assert!([200, 400, 422].contains(&response.status.as_u16()), "{:?}", response);
    });
}
