//! Configuration and statistics of the model, in Triton's form.

use relevance_serve::FastPath;
use serde_json::json;

use super::grpc::typed;
use super::messages::{DataType, ModelConfigRequest, ModelOutput, ModelStatisticsRequest};
use super::support::{INFER, Running, error, get, input, service, wide};
use crate::support::{TEXT, call, post, state_with};

#[tokio::test]
async fn the_configuration_has_the_tensors_of_the_metadata() {
    let running = Running::start(state_with(wide()).await).await;
    let http = FastPath::new(running.state.clone());
    let over_http = call(http, get("/v2/models/relevance/versions/1/config")).await;
    let tensor =
        |name: &str, data_type: &str| json!({"name": name, "data_type": data_type, "dims": [-1]});
    assert_eq!(
        over_http.json(),
        json!({
            "name": "relevance",
            "platform": "relevance_onnx",
            "backend": "relevance",
            "max_batch_size": 0,
            "input": [tensor("text", "TYPE_STRING")],
            "output": [
                tensor("probability", "TYPE_FP32"),
                tensor("label", "TYPE_STRING"),
                tensor("known_terms", "TYPE_INT64"),
            ],
        })
    );

    let request = ModelConfigRequest {
        name: "relevance".to_owned(),
        version: String::new(),
    };
    let response = running.client().await.model_config(request).await.unwrap();
    let config = response.into_inner().config.unwrap();
    assert_eq!(
        (config.name.as_str(), config.max_batch_size),
        ("relevance", 0)
    );
    let types: Vec<_> = config.output.iter().map(ModelOutput::data_type).collect();
    assert_eq!(
        types,
        [
            DataType::TypeFp32,
            DataType::TypeString,
            DataType::TypeInt64
        ]
    );
}

#[tokio::test]
async fn statistics_count_the_requests_of_every_protocol() {
    let running = Running::start(state_with(wide()).await).await;
    let (http, mut client) = (FastPath::new(running.state.clone()), running.client().await);
    let statistics = async || {
        let response = call(http.clone(), get("/v2/models/stats")).await.json();
        response["model_stats"][0].clone()
    };
    assert_eq!(statistics().await["last_inference"], 0);

    let body = json!({"inputs": [input(&[2], &json!([TEXT, TEXT]))]});
    call(http.clone(), post(INFER, &body)).await;
    call(http.clone(), post("/v1/predict", &json!({ "text": TEXT }))).await;
    client.model_infer(typed(&[1], &[TEXT])).await.unwrap();
    // It is rejected before it reaches the model.
    client.model_infer(typed(&[1], &[""])).await.unwrap_err();

    let counted = statistics().await;
    assert_eq!(
        (&counted["name"], &counted["version"]),
        (&json!("relevance"), &json!("1"))
    );
    assert_eq!(
        (&counted["inference_count"], &counted["execution_count"]),
        (&json!(4), &json!(3))
    );
    assert!(
        counted["last_inference"].as_u64().unwrap() > 1_700_000_000_000,
        "{counted}"
    );
    let durations = &counted["inference_stats"];
    let ns = |name: &str| durations[name]["ns"].as_u64().unwrap();
    assert_eq!(durations["success"]["count"], 3);
    assert_eq!(durations["fail"], json!({"count": 0, "ns": 0}));
    assert_eq!(ns("success"), ns("queue") + ns("compute_infer"));

    let paths = [
        "/v2/models/relevance/stats",
        "/v2/models/relevance/versions/1/stats",
    ];
    for path in paths {
        let response = call(http.clone(), get(path)).await.json();
        assert_eq!(response["model_stats"], json!([counted]));
    }
    for name in ["", "relevance"] {
        let request = ModelStatisticsRequest {
            name: name.to_owned(),
            version: String::new(),
        };
        let response = client.model_statistics(request).await.unwrap().into_inner();
        let [statistics] = &response.model_stats[..] else {
            panic!("{response:?}")
        };
        assert_eq!(statistics.inference_count, 4);
        let durations = statistics.inference_stats.unwrap();
        assert_eq!(durations.success.unwrap().ns, ns("success"));
    }
}

#[tokio::test]
async fn another_model_has_neither() {
    for path in [
        "/v2/models/sentiment/config",
        "/v2/models/relevance/versions/2/stats",
    ] {
        error(&call(service().await, get(path)).await, 404);
    }
}
