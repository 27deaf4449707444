//! The contracts of platforms: Amazon SageMaker and Vertex AI.

use serde_json::json;

use crate::service::Service;
use crate::support::Workspace;

const TEXT: &str = "flood waters are rising, families evacuated";

#[test]
fn sagemaker_s_paths_are_there_from_the_start() {
    let workspace = Workspace::with_model();
    let service = Service::start(&workspace, &["serve"]);
    assert_eq!(service.get("/ping").0, 200);

    let (status, answer) = service.post("/invocations", &json!({ "instances": [TEXT] }));
    assert_eq!(status, 200, "{answer}");
    let (_, batch) = service.post("/v1/predict/batch", &json!({ "texts": [TEXT] }));
    assert_eq!(answer, json!({ "predictions": batch["predictions"] }));
}

#[test]
fn vertex_s_variables_name_port_and_paths() {
    let workspace = Workspace::with_model();
    let root = "/v1/endpoints/12/deployedModels/34";
    let predict = format!("{root}:predict");
    let mut command = workspace.command(&["serve", "--address", "127.0.0.1"]);
    command
        // The image sets it.
        .env("PORT", "1")
        .env("AIP_HTTP_PORT", "0")
        .env("AIP_PREDICT_ROUTE", &predict)
        .env("AIP_HEALTH_ROUTE", root);
    let service = Service::spawn(&mut command).reading_log();

    assert_eq!(service.get(root), (200, json!({ "ready": true })));
    let body = json!({
        "instances": [{ "text": TEXT }, "hello"],
        "parameters": { "threshold": 0.0 },
    });
    let (status, answer) = service.post(&predict, &body);
    assert_eq!(status, 200, "{answer}");
    let relevant: Vec<_> = answer["predictions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|prediction| &prediction["relevant"])
        .collect();
    assert_eq!(
        relevant,
        [true, true],
        "the threshold is that of the request"
    );

    assert_eq!(service.post("/invocations", &body), (200, answer));
    assert_eq!(service.get(&format!("{root}/other")).0, 404);
}

#[test]
fn a_flag_has_precedence_over_vertex_s_port_and_health_reads_the_same_variable() {
    let workspace = Workspace::with_model();
    let mut command = workspace.command(&["serve", "--address", "127.0.0.1", "--port", "0"]);
    let service = Service::spawn(command.env("AIP_HTTP_PORT", "1")).reading_log();

    let port = service.port.to_string();
    let health = |variable: &str| {
        let mut command = workspace.command(&["health"]);
        command.env("PORT", "1").env(variable, &port);
        command.output().unwrap().status.code()
    };
    assert_eq!(health("AIP_HTTP_PORT"), Some(0));
}

#[test]
fn a_path_that_vertex_also_calls_directly_is_the_platform_s() {
    let workspace = Workspace::with_model();
    let serve = ["serve", "--predict-route", "/v1/predict"];
    let service = Service::start(&workspace, &serve);
    let (status, answer) = service.post("/v1/predict", &json!({ "instances": [TEXT] }));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["predictions"][0]["relevant"], true);

    workspace
        .run(&["serve", "--health-route", "ping"])
        .failed(2, &["--health-route", "begins with `/`"]);
}
