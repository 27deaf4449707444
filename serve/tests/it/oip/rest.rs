//! The protocol over HTTP with JSON.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use relevance_serve::{FastPath, ServeSettings};
use serde_json::{Value, json};

use super::support::{DIGEST, INFER, KEY, error, get, infer, input, service, wide};
use crate::support::{TEXT, call, post, request, state, state_with};

async fn prediction(text: &str) -> Value {
    call(
        FastPath::new(state().await),
        post("/v1/predict", &json!({ "text": text })),
    )
    .await
    .json()
}

#[tokio::test]
async fn the_server_is_described() {
    insta::assert_json_snapshot!(call(service().await, get("/v2")).await.json(), @r#"
    {
      "extensions": [
        "binary_tensor_data",
        "model_configuration",
        "model_repository",
        "parameters",
        "statistics"
      ],
      "name": "relevance",
      "version": "0.1.0"
    }
    "#);
}

#[tokio::test]
async fn the_model_is_described_with_its_version_or_without() {
    let response = call(service().await, get("/v2/models/relevance")).await;
    assert_eq!(
        call(service().await, get("/v2/models/relevance/versions/1"))
            .await
            .body,
        response.body
    );
    insta::assert_json_snapshot!(response.json(), @r#"
    {
      "inputs": [
        {
          "datatype": "BYTES",
          "name": "text",
          "shape": [
            -1
          ]
        }
      ],
      "name": "relevance",
      "outputs": [
        {
          "datatype": "FP32",
          "name": "probability",
          "shape": [
            -1
          ]
        },
        {
          "datatype": "BYTES",
          "name": "label",
          "shape": [
            -1
          ]
        },
        {
          "datatype": "INT64",
          "name": "known_terms",
          "shape": [
            -1
          ]
        }
      ],
      "platform": "relevance_onnx",
      "properties": {
        "max_batch_texts": "4",
        "max_body_bytes": "4000",
        "max_text_bytes": "100",
        "threshold": "0.5"
      },
      "versions": [
        "1"
      ]
    }
    "#);
}

#[tokio::test]
async fn the_model_is_ready_until_the_service_ends() {
    let state = state_with(wide()).await;
    for path in [
        "/v2/models/relevance/ready",
        "/v2/models/relevance/versions/1/ready",
    ] {
        let response = call(FastPath::new(state.clone()), get(path)).await;
        assert_eq!(
            (response.status, response.json()),
            (StatusCode::OK, json!({"name": "relevance", "ready": true}))
        );
    }
    state.start_draining();
    let response = call(FastPath::new(state), get("/v2/models/relevance/ready")).await;
    assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        response.json(),
        json!({"name": "relevance", "ready": false})
    );
}

#[tokio::test]
async fn predictions_are_those_of_predict_for_every_shape_of_a_batch() {
    let texts = [TEXT, "a sunny day"];
    let (first, second) = (prediction(texts[0]).await, prediction(texts[1]).await);
    for (shape, data) in [
        (&[2][..], json!(texts)),
        (&[2, 1], json!(texts)),
        (&[2, 1], json!([[texts[0]], [texts[1]]])),
    ] {
        let response = infer(&json!({"id": "order 66", "inputs": [input(shape, &data)]})).await;
        assert_eq!(response.status, StatusCode::OK, "{response:?}");
        let want = json!({
            "model_name": "relevance",
            "model_version": "1",
            "id": "order 66",
            "parameters": {"threshold": 0.5},
            "outputs": [
                {
                    "name": "probability",
                    "datatype": "FP32",
                    "shape": shape,
                    "data": [first["probability"], second["probability"]],
                },
                {"name": "label", "datatype": "BYTES", "shape": shape, "data": ["Relevant", "Not Relevant"]},
            ],
        });
        assert_eq!(response.json(), want, "{data}");
    }
}

#[tokio::test]
async fn lists_in_data_that_contradict_the_shape_are_refused() {
    for (shape, data) in [
        (&[2][..], json!([[TEXT], [TEXT]])),
        (&[2], json!([[TEXT, TEXT]])),
        (&[2, 1], json!([[TEXT, TEXT], []])),
        (&[2, 1], json!([[TEXT], TEXT])),
        (&[1, 1], json!([[[TEXT]]])),
    ] {
        let response = infer(&json!({"inputs": [input(shape, &data)]})).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{data}");
    }
}

#[tokio::test]
async fn the_content_type_and_parameters_without_effect_are_accepted() {
    let body = json!({
        "parameters": {"timeout": 5, "priority": 1, "content_type": "str"},
        "inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": [TEXT], "parameters": {"content_type": "str"}}],
        "outputs": [{"name": "label", "parameters": {"content_type": "str"}}],
    });
    let response = call(
        service().await,
        Request::post(INFER)
            .body(Body::from(body.to_string()))
            .unwrap(),
    )
    .await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
    assert!(response.json().get("id").is_none());
}

#[tokio::test]
async fn outputs_come_in_the_requested_order() {
    for (asked, want) in [
        (json!([]), vec!["probability", "label"]),
        (json!([{"name": "label"}]), vec!["label"]),
        (
            json!([{"name": "label"}, {"name": "probability"}]),
            vec!["label", "probability"],
        ),
        (
            json!([{"name": "known_terms"}, {"name": "label"}]),
            vec!["known_terms", "label"],
        ),
    ] {
        let response = infer(&json!({"inputs": [input(&[1], &json!([TEXT]))], "outputs": asked}))
            .await
            .json();
        let names: Vec<_> = response["outputs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|output| &output["name"])
            .collect();
        assert_eq!(names, want);
    }
}

#[tokio::test]
async fn the_requests_threshold_overrides_the_models() {
    for (threshold, label) in [
        (json!(1), "Not Relevant"),
        (json!(0.0), "Relevant"),
        (json!("1.0"), "Not Relevant"),
    ] {
        let body = json!({"inputs": [input(&[1], &json!([TEXT]))], "parameters": {"threshold": threshold}});
        let response = infer(&body).await.json();
        assert_eq!(response["outputs"][1]["data"][0], label, "{threshold}");
        let threshold_used = response["parameters"]["threshold"].as_f64().unwrap();
        assert!(
            (threshold_used - threshold.as_f64().unwrap_or(1.0)).abs() < 1e-6,
            "{threshold_used}"
        );
    }
}

#[tokio::test]
async fn an_invalid_request_is_rejected_with_400() {
    let whole = |name: &str, datatype: &str| json!({"name": name, "shape": [1], "datatype": datatype, "data": ["a"]});
    let with = |shape: &[i64], data: Value| json!({"inputs": [input(shape, &data)]});
    let good = input(&[1], &json!([TEXT]));
    for (body, part) in [
        (json!({"inputs": []}), "has 0 inputs"),
        (json!({"inputs": [good, good]}), "has 2 inputs"),
        (
            json!({"inputs": [whole("input_0", "BYTES")]}),
            "input `input_0` does not exist",
        ),
        (
            json!({"inputs": [whole("text", "FP32")]}),
            "datatype `FP32`",
        ),
        (with(&[1, 1, 1], json!(["a"])), "shape [1, 1, 1]"),
        (with(&[1, 2], json!(["a", "b"])), "shape [1, 2]"),
        (with(&[], json!(["a"])), "shape []"),
        (with(&[3], json!(["a"])), "not match the 1 elements"),
        (with(&[-1], json!(["a"])), "not match the 1 elements"),
        (
            with(&[1], json!([5])),
            "invalid type: integer `5`, expected a string or a list of one string",
        ),
        (with(&[1], json!("a")), "expected a list of strings"),
        (
            json!({"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES"}]}),
            "neither `data`",
        ),
        (
            json!({"inputs": [good], "outputs": [{"name": "score"}]}),
            "output `score` does not exist",
        ),
        (
            json!({"inputs": [good], "outputs": [{"name": "label"}, {"name": "label"}]}),
            "requested twice",
        ),
        (
            json!({"inputs": [good], "outputs": [{"name": "label", "parameters": {"classification": 2}}]}),
            "unknown field `classification`",
        ),
        (
            json!({"inputs": [good], "parameters": {"threshold": "high"}}),
            "`threshold` is `high`",
        ),
        (
            json!({"inputs": [good], "parameters": {"threshold": true}}),
            "`threshold` as a number",
        ),
        (json!({}), "missing field `inputs`"),
        (json!([]), "expected an object"),
    ] {
        let message = error(&infer(&body).await, 400);
        assert!(message.contains(part), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_parameter_that_would_have_no_effect_is_rejected() {
    let good = input(&[1], &json!([TEXT]));
    let parameter = |name: &str, value: Value| {
        let mut input = good.clone();
        input["parameters"] = json!({ name: value });
        input
    };
    for (body, part) in [
        (
            json!({"inputs": [good], "parameters": {"tau": 0.9}}),
            "unknown field `tau`, expected one of `threshold`",
        ),
        (
            json!({"inputs": [good], "threshold": 0.9}),
            "unknown field `threshold`",
        ),
        (
            json!({"inputs": [parameter("threshold", json!(0.9))]}),
            "unknown field `threshold`",
        ),
        (
            json!({"inputs": [parameter("content_type", json!("base64"))]}),
            "`content_type` is `base64`",
        ),
        (
            json!({"inputs": [parameter("shared_memory_region", json!("a"))]}),
            "unknown field `shared_memory_region`",
        ),
    ] {
        let message = error(&infer(&body).await, 400);
        assert!(message.contains(part), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_rejected_with_400() {
    for body in ["", "{", "flood", "{\"inputs\": [\"\u{1}\"]}"] {
        let response = call(
            service().await,
            Request::post(INFER).body(Body::from(body)).unwrap(),
        )
        .await;
        assert!(
            error(&response, 400).starts_with("the body is not JSON"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn another_model_and_another_version_are_not_found() {
    for path in [
        "/v2/models/sentiment",
        "/v2/models/relevance/versions/2",
        "/v2/models/relevance/versions/latest",
    ] {
        for (method, rest) in [
            (Method::GET, ""),
            (Method::GET, "/ready"),
            (Method::POST, "/infer"),
        ] {
            let body = json!({"inputs": [input(&[1], &json!([TEXT]))]}).to_string();
            let request = Request::builder()
                .method(method)
                .uri(format!("{path}{rest}"))
                .body(Body::from(body));
            let message = error(&call(service().await, request.unwrap()).await, 404);
            assert!(
                message.contains("`sentiment`") || message.contains("version 1 is"),
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn errors_under_the_protocols_paths_have_its_format() {
    for path in [
        "/v2/models",
        "/v2/models/relevance/",
        "/v2/repository",
        "/v2/models/relevance/versions",
    ] {
        error(&request(Method::GET, path).await, 404);
    }
    let response = request(Method::DELETE, INFER).await;
    error(&response, 405);
    assert_eq!(response.header(header::ALLOW), "POST");
    error(&request(Method::GET, "/v2/models/%ff").await, 400);
}

#[tokio::test]
async fn exceeded_limits_keep_their_status_and_name_the_setting() {
    let texts = |count: usize, text: &str| {
        let shape = i64::try_from(count).unwrap();
        json!({"inputs": [input(&[shape], &json!(vec![text; count]))]})
    };
    for (body, status, part) in [
        (texts(5, TEXT), 422, "RELEVANCE_MAX_BATCH_TEXTS"),
        (texts(0, TEXT), 422, "the batch has no text"),
        (
            texts(1, " "),
            422,
            "element 0 of input `text` is empty or only whitespace",
        ),
        (texts(1, &"x".repeat(101)), 422, "RELEVANCE_MAX_TEXT_BYTES"),
        (texts(1, &"x".repeat(4000)), 413, "RELEVANCE_MAX_BODY_BYTES"),
        (
            json!({"inputs": [input(&[1], &json!([TEXT]))], "parameters": {"threshold": 2}}),
            422,
            "from 0 to 1",
        ),
    ] {
        let message = error(&infer(&body).await, status);
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn the_number_of_known_terms_is_an_output_on_request() {
    let texts = json!([TEXT, "flood", "nothing known"]);
    let body = json!({"inputs": [input(&[3], &texts)], "outputs": [{"name": "known_terms"}]});
    let output = &infer(&body).await.json()["outputs"][0];
    assert_eq!(
        (&output["datatype"], &output["data"]),
        (&json!("INT64"), &json!([2, 1, 0]))
    );
}

#[tokio::test]
async fn shared_memory_is_refused_by_name() {
    for path in [
        "/v2/systemsharedmemory/status",
        "/v2/cudasharedmemory/region/a/register",
    ] {
        let response = call(service().await, get(path)).await;
        assert!(error(&response, 404).starts_with("shared memory is not supported"));
    }
}

#[tokio::test]
async fn with_keys_the_model_needs_one_and_readiness_does_not() {
    let service = FastPath::new(
        state_with(ServeSettings {
            keys: DIGEST.parse().unwrap(),
            ..wide()
        })
        .await,
    );
    let body = json!({"inputs": [input(&[1], &json!([TEXT]))]});
    for with in [post(INFER, &body), get("/v2/models/relevance")] {
        let (mut head, body) = with.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        let without = Request::from_parts(head.clone(), Body::from(body.clone()));
        let response = call(service.clone(), without).await;
        assert!(error(&response, 401).contains("a key is needed"));
        assert_eq!(response.header(header::WWW_AUTHENTICATE), "Bearer");
        head.headers.insert("x-api-key", KEY.parse().unwrap());
        assert_eq!(
            call(service.clone(), Request::from_parts(head, Body::from(body)))
                .await
                .status,
            StatusCode::OK
        );
    }
    for open in ["/v2", "/v2/models/relevance/ready", "/v2/health/ready"] {
        assert_eq!(
            call(service.clone(), get(open)).await.status,
            StatusCode::OK,
            "{open}"
        );
    }
}
