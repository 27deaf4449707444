//! The protocol over gRPC.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use futures::FutureExt as _;
use relevance_serve::{FastPath, Limits, ServeSettings};
use serde_json::json;
use tonic::Code;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic_prost::ProstCodec;

use super::messages::infer_parameter::ParameterChoice;
use super::messages::model_infer_request::{InferInputTensor, InferRequestedOutputTensor};
use super::messages::{
    InferParameter, InferTensorContents, ModelInferRequest, ModelInferResponse,
    ModelMetadataRequest, ModelReadyRequest, ServerLiveRequest, ServerLiveResponse,
    ServerMetadataRequest, ServerReadyRequest,
};
use super::support::{DIGEST, INFER, KEY, Running, error, get, infer, input, wide};
use crate::support::{TEXT, call, post, state_with};

async fn running() -> Running {
    Running::start(state_with(wide()).await).await
}

/// A request with texts in its typed contents.
pub fn typed(shape: &[i64], texts: &[&str]) -> ModelInferRequest {
    let bytes_contents = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    let input = InferInputTensor {
        name: "text".to_owned(),
        datatype: "BYTES".to_owned(),
        shape: shape.to_vec(),
        contents: Some(InferTensorContents {
            bytes_contents,
            ..Default::default()
        }),
        ..Default::default()
    };
    ModelInferRequest {
        model_name: "relevance".to_owned(),
        id: "7".to_owned(),
        inputs: vec![input],
        ..Default::default()
    }
}

fn raw(shape: &[i64], texts: &[&str]) -> ModelInferRequest {
    let mut request = typed(shape, &[]);
    request.inputs[0].contents = None;
    let element = |text: &&str| {
        [
            &u32::try_from(text.len()).unwrap().to_le_bytes()[..],
            text.as_bytes(),
        ]
        .concat()
    };
    request.raw_input_contents = vec![texts.iter().flat_map(element).collect()];
    request
}

async fn send(request: ModelInferRequest) -> Result<ModelInferResponse, tonic::Status> {
    running()
        .await
        .client()
        .await
        .model_infer(request)
        .await
        .map(tonic::Response::into_inner)
}

#[tokio::test]
async fn the_server_and_the_model_are_described_as_over_http() {
    let running = running().await;
    let mut client = running.client().await;
    assert!(
        client
            .server_live(ServerLiveRequest {})
            .await
            .unwrap()
            .into_inner()
            .live
    );
    assert!(
        client
            .server_ready(ServerReadyRequest {})
            .await
            .unwrap()
            .into_inner()
            .ready
    );
    for version in ["", "1"] {
        let request = ModelReadyRequest {
            name: "relevance".to_owned(),
            version: version.to_owned(),
        };
        assert!(
            client
                .model_ready(request)
                .await
                .unwrap()
                .into_inner()
                .ready
        );
    }
    let http = FastPath::new(running.state.clone());
    let server = client
        .server_metadata(ServerMetadataRequest {})
        .await
        .unwrap()
        .into_inner();
    let over_http = call(http.clone(), get("/v2")).await.json();
    assert_eq!(
        json!({"name": server.name, "version": server.version, "extensions": server.extensions}),
        over_http
    );

    let request = ModelMetadataRequest {
        name: "relevance".to_owned(),
        version: String::new(),
    };
    let model = client.model_metadata(request).await.unwrap().into_inner();
    let over_http = call(http, get("/v2/models/relevance")).await.json();
    assert_eq!(
        (json!(model.versions), json!(model.platform)),
        (over_http["versions"].clone(), over_http["platform"].clone())
    );
    for (tensors, key) in [(model.inputs, "inputs"), (model.outputs, "outputs")] {
        let tensors = tensors
            .iter()
            .map(|one| json!({"name": one.name, "datatype": one.datatype, "shape": one.shape}));
        assert_eq!(json!(tensors.collect::<Vec<_>>()), over_http[key]);
    }
}

#[tokio::test]
async fn predictions_are_those_of_http_in_the_format_of_the_texts() {
    for shape in [&[2][..], &[2, 1]] {
        let texts = [TEXT, "日本語"];
        let over_http = infer(&json!({"inputs": [input(shape, &json!(texts))]}))
            .await
            .json();
        let want = over_http["outputs"][0]["data"].as_array().unwrap();
        for is_raw in [false, true] {
            let request = if is_raw {
                raw(shape, &texts)
            } else {
                typed(shape, &texts)
            };
            let response = send(request).await.unwrap();
            assert_eq!(
                (
                    response.model_name.as_str(),
                    response.model_version.as_str()
                ),
                ("relevance", "1")
            );
            assert_eq!(response.id, "7");
            assert!(
                response
                    .outputs
                    .iter()
                    .all(|output| output.shape == shape && output.contents.is_none() == is_raw)
            );
            let (probabilities, labels): (Vec<f32>, Vec<u8>) = if is_raw {
                let floats = response.raw_output_contents[0].as_chunks().0.iter();
                (
                    floats.map(|&bytes| f32::from_le_bytes(bytes)).collect(),
                    response.raw_output_contents[1].clone(),
                )
            } else {
                let contents = response
                    .outputs
                    .iter()
                    .map(|output| output.contents.clone().unwrap());
                let [probability, label] = &contents.collect::<Vec<_>>()[..] else {
                    panic!("two outputs")
                };
                assert!(response.raw_output_contents.is_empty());
                (
                    probability.fp32_contents.clone(),
                    label.bytes_contents.concat(),
                )
            };
            for (probability, want) in probabilities.iter().zip(want) {
                assert!((f64::from(*probability) - want.as_f64().unwrap()).abs() < 1e-6);
            }
            assert_eq!(probabilities.len(), 2);
            let want: &[u8] = if is_raw {
                b"\x08\0\0\0Relevant\x0c\0\0\0Not Relevant"
            } else {
                b"RelevantNot Relevant"
            };
            assert_eq!(labels, want);
        }
    }
}

#[tokio::test]
async fn outputs_and_threshold_are_those_of_the_request() {
    for (choice, label) in [
        (ParameterChoice::DoubleParam(1.0), "Not Relevant"),
        (ParameterChoice::Int64Param(0), "Relevant"),
        (ParameterChoice::Uint64Param(1), "Not Relevant"),
        (ParameterChoice::StringParam("0.01".to_owned()), "Relevant"),
    ] {
        let parameter = InferParameter {
            parameter_choice: Some(choice.clone()),
        };
        let request = ModelInferRequest {
            outputs: vec![InferRequestedOutputTensor {
                name: "label".to_owned(),
                ..Default::default()
            }],
            parameters: HashMap::from([("threshold".to_owned(), parameter)]),
            ..typed(&[1], &[TEXT])
        };
        let response = send(request).await.unwrap();
        assert_eq!(response.outputs.len(), 1);
        assert_eq!(
            response.outputs[0]
                .contents
                .as_ref()
                .unwrap()
                .bytes_contents,
            [label.as_bytes()],
            "{choice:?}"
        );
        assert!(response.parameters.contains_key("threshold"));
    }
}

/// A valid request with one change.
fn changed(change: fn(&mut ModelInferRequest)) -> ModelInferRequest {
    let mut request = typed(&[1], &[TEXT]);
    change(&mut request);
    request
}

/// Sends a request that must fail with the code, and a message with the part.
async fn assert_error(request: ModelInferRequest, code: Code, part: &str) {
    let status = send(request).await.unwrap_err();
    assert_eq!(status.code(), code, "{status}");
    assert!(status.message().contains(part), "{status}");
}

#[tokio::test]
async fn another_model_and_broken_limits_have_the_code_of_their_kind() {
    for (request, code, part) in [
        (
            changed(|it| it.model_name = "sentiment".to_owned()),
            Code::NotFound,
            "`sentiment`",
        ),
        (
            changed(|it| it.model_version = "2".to_owned()),
            Code::NotFound,
            "version 1 is",
        ),
        (
            typed(&[5], &[TEXT; 5]),
            Code::InvalidArgument,
            "RELEVANCE_MAX_BATCH_TEXTS",
        ),
        (
            typed(&[1], &[""]),
            Code::InvalidArgument,
            "element 0 of input `text` is empty",
        ),
        (
            typed(&[1], &[&"x".repeat(4100)]),
            Code::ResourceExhausted,
            "4000 bytes; change it with `--max-body-bytes`",
        ),
    ] {
        assert_error(request, code, part).await;
    }
}

#[tokio::test]
async fn an_invalid_request_names_what_is_wrong() {
    for (request, part) in [
        (changed(|it| it.inputs.clear()), "0 inputs"),
        (
            changed(|it| it.inputs[0].name.clear()),
            "input `` does not exist",
        ),
        (
            changed(|it| it.inputs[0].datatype = "INT8".to_owned()),
            "`INT8`",
        ),
        (
            changed(|it| it.inputs[0].shape = vec![3]),
            "not match the 1 elements",
        ),
        (
            changed(|it| it.inputs[0].contents = None),
            "not match the 0 elements",
        ),
        (
            changed(|it| it.inputs[0].contents.as_mut().unwrap().fp32_contents = vec![1.0]),
            "`bytes_contents` alone",
        ),
        (
            changed(|it| it.inputs[0].contents.as_mut().unwrap().bytes_contents[0] = vec![0xff]),
            "not UTF-8",
        ),
        (
            changed(|it| it.raw_input_contents = vec![vec![0; 4]]),
            "both `raw_input_contents`",
        ),
        (raw_twice(), "2 `raw_input_contents`"),
        (
            changed(|it| it.outputs = vec![InferRequestedOutputTensor::default()]),
            "output `` does not exist",
        ),
        (
            changed(|it| it.parameters = text_parameter("tau", "0.9")),
            "`tau` of the request is not supported",
        ),
        (
            changed(|it| it.inputs[0].parameters = text_parameter("threshold", "0.9")),
            "`threshold` of input `text` is not supported",
        ),
        (
            changed(|it| it.inputs[0].parameters = text_parameter("content_type", "base64")),
            "`content_type` is `base64`",
        ),
        (
            changed(|it| it.inputs[0].parameters = text_parameter("shared_memory_region", "a")),
            "`shared_memory_region` of input `text` is not supported",
        ),
    ] {
        assert_error(request, Code::InvalidArgument, part).await;
    }
}

fn text_parameter(name: &str, value: &str) -> HashMap<String, InferParameter> {
    let choice = ParameterChoice::StringParam(value.to_owned());
    HashMap::from([(
        name.to_owned(),
        InferParameter {
            parameter_choice: Some(choice),
        },
    )])
}

fn raw_twice() -> ModelInferRequest {
    let mut request = raw(&[1], &[TEXT]);
    request.raw_input_contents.push(Vec::new());
    request
}

#[tokio::test]
async fn http_and_grpc_share_one_limiter_and_its_retry_time() {
    let limits = Limits {
        max_batch_texts: 300,
        max_concurrent_texts: 1,
        max_queued_texts: 0,
        ..Limits::DEFAULT
    };
    let running = Running::start(state_with(ServeSettings { limits, ..wide() }).await).await;
    let (http, mut client) = (FastPath::new(running.state.clone()), running.client().await);
    let batch = |count: i64| json!({"inputs": [input(&[count], &json!(vec![TEXT; usize::try_from(count).unwrap()]))]});
    // It is scored chunk by chunk, so that after one poll it has all permits.
    let mut large = Box::pin(call(http.clone(), post(INFER, &batch(300))));
    assert!((&mut large).now_or_never().is_none());

    let over_http = call(http, post(INFER, &batch(1))).await;
    assert!(
        error(&over_http, 429).contains("RELEVANCE_MAX_QUEUED_TEXTS"),
        "{over_http:?}"
    );
    assert_eq!(over_http.header(header::RETRY_AFTER), "1");
    let over_grpc = client.model_infer(typed(&[1], &[TEXT])).await.unwrap_err();
    assert_eq!(over_grpc.code(), Code::ResourceExhausted, "{over_grpc}");
    assert!(
        over_grpc.message().contains("RELEVANCE_MAX_QUEUED_TEXTS"),
        "{over_grpc}"
    );
    assert_eq!(over_grpc.metadata().get("retry-after").unwrap(), "1");

    assert_eq!(large.await.status, StatusCode::OK);
    assert!(client.model_infer(typed(&[1], &[TEXT])).await.is_ok());
}

#[tokio::test]
async fn with_keys_the_model_needs_one_and_readiness_does_not() {
    let state = state_with(ServeSettings {
        keys: DIGEST.parse().unwrap(),
        ..wide()
    })
    .await;
    let running = Running::start(state).await;
    let mut client = running.client().await;
    assert_eq!(
        client
            .model_infer(typed(&[1], &[TEXT]))
            .await
            .unwrap_err()
            .code(),
        Code::Unauthenticated
    );
    let metadata = ModelMetadataRequest {
        name: "relevance".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        client.model_metadata(metadata).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    let mut request = tonic::Request::new(typed(&[1], &[TEXT]));
    request
        .metadata_mut()
        .insert("x-api-key", KEY.parse().unwrap());
    assert!(client.model_infer(request).await.is_ok());
    assert!(client.server_ready(ServerReadyRequest {}).await.is_ok());
}

/// Calls a method that the service may lack.
async fn call_unknown(running: &Running, path: &'static str) -> tonic::Status {
    let mut client = Grpc::new(running.channel().await);
    client.ready().await.unwrap();
    let codec = ProstCodec::<ServerLiveRequest, ServerLiveResponse>::default();
    let request = tonic::Request::new(ServerLiveRequest {});
    client
        .unary(request, PathAndQuery::from_static(path), codec)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn unknown_calls_are_not_implemented_and_create_no_metric_label() {
    let running = running().await;
    for path in [
        "/inference.GRPCInferenceService/TraceSetting",
        "/inference.Nothing/ServerLive",
        "/nothing",
    ] {
        let status = call_unknown(&running, path).await;
        assert_eq!(status.code(), Code::Unimplemented, "{path}: {status}");
    }
    let mut client = running.client().await;
    client.model_infer(typed(&[1], &[TEXT])).await.unwrap();
    client.model_infer(typed(&[1], &[""])).await.unwrap_err();
    let metrics = call(FastPath::new(running.state.clone()), get("/metrics")).await;
    for line in [
        r#"relevance_requests_total{route="/inference.GRPCInferenceService/ModelInfer",status="200"} 2"#,
        r#"relevance_requests_total{route="/inference.GRPCInferenceService/{*call}",status="200"} 1"#,
        r#"relevance_requests_total{route="none",status="200"} 2"#,
        r#"relevance_problems_total{code="empty_text"} 1"#,
    ] {
        assert!(
            metrics.text().lines().any(|got| got == line),
            "`{line}` is not in\n{}",
            metrics.text()
        );
    }
}

#[tokio::test]
async fn a_call_over_http_1_gets_a_response() {
    let service = FastPath::new(state_with(wide()).await);
    let mut request = post("/inference.GRPCInferenceService/ServerLive", &json!(null));
    *request.body_mut() = Body::from(&[0_u8; 5][..]);
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/grpc"),
    );
    let response = call(service, request).await;
    assert_eq!(response.header(header::CONTENT_TYPE), "application/grpc");
    assert_eq!(response.body, [0, 0, 0, 0, 2, 8, 1]);
}

#[tokio::test]
async fn a_prefix_with_a_length_past_the_limit_is_rejected_by_the_limits_flag() {
    let service = FastPath::new(state_with(wide()).await);
    let request = Request::post("/inference.GRPCInferenceService/ModelInfer")
        .header(header::CONTENT_TYPE, "application/grpc")
        .body(Body::from(&[0, 255, 255, 255, 255, 1, 2, 3][..]))
        .unwrap();

    let response = call(service, request).await;
    assert_eq!(response.headers["grpc-status"], "8");
    let message = response.headers["grpc-message"].to_str().unwrap();
    assert!(message.contains("--max-body-bytes"), "{message}");
}

#[tokio::test]
async fn a_call_without_a_key_is_rejected_before_its_message_is_read() {
    let settings = ServeSettings {
        keys: DIGEST.parse().unwrap(),
        ..wide()
    };
    let service = FastPath::new(state_with(settings).await);

    for name in ["ModelInfer", "ModelMetadata", "RepositoryModelLoad"] {
        let never = Body::from_stream(futures::stream::pending::<Result<Bytes, Infallible>>());
        let request = Request::post(format!("/inference.GRPCInferenceService/{name}"))
            .header(header::CONTENT_TYPE, "application/grpc")
            .body(never)
            .unwrap();
        let response = call(service.clone(), request).now_or_never();
        let response = response.unwrap_or_else(|| panic!("{name} waits for its message"));
        assert_eq!(
            response.headers["grpc-status"], "16",
            "{name}: {response:?}"
        );
    }
}

#[tokio::test]
async fn more_outputs_than_the_model_has_are_rejected() {
    let mut request = typed(&[1], &[TEXT]);
    request.outputs = vec![InferRequestedOutputTensor::default(); 300];
    let status = send(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("names 300 outputs"), "{status:?}");
}
