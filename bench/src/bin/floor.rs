//! Floor of the service: a server with the same routers and serialisers that responds with constants.
//!
//! It has no model, limits, ids, log and metrics.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use anyhow::Result;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use clap::Parser;
use relevance_bench::messages::grpc_inference_service_server::{
    GrpcInferenceService, GrpcInferenceServiceServer,
};
use relevance_bench::messages::infer_parameter::ParameterChoice;
use relevance_bench::messages::model_infer_response::InferOutputTensor;
use relevance_bench::messages::{
    InferParameter, InferTensorContents, ModelInferRequest, ModelInferResponse,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::{Request, Response, Status, async_trait};

const LABEL: &str = "Not Relevant";
/// Has as many digits as a probability of the model.
const PROBABILITY: f32 = 0.312_450_44;
const KNOWN_TERMS: u32 = 15;
const THRESHOLD: f32 = 0.426_172_32;
const MODEL: Model = Model {
    name: "relevance",
    version: 1,
};
const PREDICTION: Prediction = Prediction {
    label: LABEL,
    relevant: false,
    probability: PROBABILITY,
    known_terms: KNOWN_TERMS,
};

/// Responds with constants over HTTP and gRPC, with a worker for each core that it may use.
#[derive(Parser)]
struct Arguments {
    /// Port to listen on.
    #[arg(long)]
    port: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are parsed as the service does")]
struct PredictRequest {
    text: String,
    threshold: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are parsed as the service does")]
struct PredictBatchRequest {
    texts: Vec<String>,
    threshold: Option<f64>,
}

#[derive(Serialize)]
struct Model {
    name: &'static str,
    version: u64,
}

#[derive(Serialize)]
struct Prediction {
    label: &'static str,
    relevant: bool,
    probability: f32,
    known_terms: u32,
}

#[derive(Serialize)]
struct PredictResponse {
    label: &'static str,
    relevant: bool,
    probability: f32,
    known_terms: u32,
    threshold: f32,
    model: Model,
}

#[derive(Serialize)]
struct PredictBatchResponse {
    predictions: Vec<Prediction>,
    threshold: f32,
    model: Model,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { port } = Arguments::parse();
    let calls = Routes::new(GrpcInferenceServiceServer::new(Floor)).into_axum_router();
    let router = Router::new()
        .route("/v1/predict", post(predict))
        .route("/v1/predict/batch", post(predict_batch))
        .merge(calls);

    // Small responses leave at once, as the service's do.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let listener = listener.tap_io(|stream| {
        stream
            .set_nodelay(true)
            .expect("an open socket takes the option");
    });
    Ok(axum::serve(listener, router).await?)
}

async fn predict(Json(_): Json<PredictRequest>) -> Json<PredictResponse> {
    Json(PredictResponse {
        label: LABEL,
        relevant: false,
        probability: PROBABILITY,
        known_terms: KNOWN_TERMS,
        threshold: THRESHOLD,
        model: MODEL,
    })
}

async fn predict_batch(Json(request): Json<PredictBatchRequest>) -> Json<PredictBatchResponse> {
    Json(PredictBatchResponse {
        predictions: request.texts.iter().map(|_| PREDICTION).collect(),
        threshold: THRESHOLD,
        model: MODEL,
    })
}

struct Floor;

#[async_trait]
impl GrpcInferenceService for Floor {
    async fn model_infer(
        &self,
        request: Request<ModelInferRequest>,
    ) -> Result<Response<ModelInferResponse>, Status> {
        let probability = InferTensorContents {
            fp32_contents: vec![PROBABILITY],
            ..Default::default()
        };
        let label = InferTensorContents {
            bytes_contents: vec![LABEL.into()],
            ..Default::default()
        };
        let threshold = InferParameter {
            parameter_choice: Some(ParameterChoice::DoubleParam(THRESHOLD.into())),
        };

        Ok(Response::new(ModelInferResponse {
            model_name: MODEL.name.to_owned(),
            model_version: MODEL.version.to_string(),
            id: request.into_inner().id,
            parameters: HashMap::from([("threshold".to_owned(), threshold)]),
            outputs: vec![
                output("probability", "FP32", probability),
                output("label", "BYTES", label),
            ],
            raw_output_contents: Vec::new(),
        }))
    }
}

fn output(name: &str, datatype: &str, contents: InferTensorContents) -> InferOutputTensor {
    InferOutputTensor {
        name: name.to_owned(),
        datatype: datatype.to_owned(),
        shape: vec![1],
        contents: Some(contents),
        ..InferOutputTensor::default()
    }
}
