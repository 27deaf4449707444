//! Requests with known responses.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use serde_json::{Value, json};
use ureq::{Agent, RequestBuilder, typestate::WithBody};

use super::KEY;
use super::run::Run;
use super::versions::TEXTS;

/// Longest time for a response.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Largest number of texts in a batch.
const MAX_TEXTS: usize = 64;

const JSON: &str = "application/json";
const INFER: &str = "/v2/models/relevance/infer";
/// Requests that are rejected: status, path, content type and body.
const REJECTED: [(u16, &str, &str, &str); 7] = [
    (400, "/v1/predict", JSON, r#"{"text": "flood"#),
    (400, INFER, JSON, r#"{"inputs": [{}]}"#),
    (404, "/v1/none", JSON, "{}"),
    (415, "/v1/explain", "text/plain", "flood"),
    (422, "/v1/predict", JSON, r#"{"text": " "}"#),
    (422, "/v1/predict/batch", JSON, r#"{"texts": [1]}"#),
    (422, "/v1/feedback", JSON, r#"{"label": "?"}"#),
];

/// A client that uses one connection for all requests.
struct Client<'r> {
    run: &'r Run,
    agent: Agent,
    random: Rng,
}

/// Sends requests until the run ends.
pub fn send(run: &Run, seed: u64) -> Result<()> {
    let mut client = Client {
        run,
        agent: agent(),
        random: Rng::with_seed(seed),
    };

    while !run.is_done() {
        client.send()?;
    }
    Ok(())
}

/// An agent that gives up after the longest time for a response.
pub fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .proxy(None);
    config.build().into()
}

impl Client<'_> {
    fn send(&mut self) -> Result<()> {
        let number = self.random.usize(1..=MAX_TEXTS);
        let indices = (0..number).map(|_| self.random.usize(..TEXTS.len()));
        let indices: Vec<usize> = indices.collect();
        let texts: Vec<&str> = indices.iter().map(|&index| TEXTS[index]).collect();
        let one = json!({ "text": texts[0] });

        match self.random.usize(..8) {
            0 | 1 => self.predict("/v1/predict", &one, &indices[..1]),
            2 => self.predict("/v1/explain", &one, &indices[..1]),
            3 => self.predict("/v1/predict/batch", &json!({ "texts": texts }), &indices),
            4 => {
                let data = json!({ "inputs": [input(number, "data", &json!(texts))] });
                self.predict(INFER, &data, &indices)
            }
            5 => self.infer_binary(&texts, &indices),
            6 => {
                let label = json!({ "request_id": "soak", "label": "Relevant" }).to_string();
                let request = self.post("/v1/feedback", JSON);
                self.expect(200, "/v1/feedback", request, label.as_bytes())
                    .map(drop)
            }
            _ => {
                let index = self.random.usize(..REJECTED.len());
                let (status, path, content_type, body) = REJECTED[index];
                let request = self.post(path, content_type);
                self.expect(status, path, request, body.as_bytes())
                    .map(drop)
            }
        }
    }

    fn predict(&self, path: &'static str, body: &Value, indices: &[usize]) -> Result<()> {
        let request = self.post(path, JSON);
        let response = self.expect(200, path, request, body.to_string().as_bytes())?;
        self.check(&response, indices)
    }

    /// Sends the texts as a binary tensor.
    fn infer_binary(&self, texts: &[&str], indices: &[usize]) -> Result<()> {
        let mut tensor = Vec::new();
        for text in texts {
            tensor.extend(u32::try_from(text.len())?.to_le_bytes());
            tensor.extend(text.as_bytes());
        }
        let size = json!({ "binary_data_size": tensor.len() });
        let json = json!({ "inputs": [input(texts.len(), "parameters", &size)] }).to_string();

        let request = self.post(INFER, "application/octet-stream");
        let request = request.header("inference-header-content-length", json.len().to_string());
        let body = [json.as_bytes(), &tensor].concat();
        let response = self.expect(200, INFER, request, &body)?;
        self.check(&response, indices)
    }

    fn post(&self, path: &str, content_type: &str) -> RequestBuilder<WithBody> {
        let url = format!("http://{}{path}", self.run.address);
        let request = self.agent.post(url).content_type(content_type);
        request.header("authorization", format!("Bearer {KEY}"))
    }

    /// Sends a request and returns the body of its response, which must have a status.
    fn expect(
        &self,
        expected: u16,
        path: &'static str,
        request: RequestBuilder<WithBody>,
        body: &[u8],
    ) -> Result<Value> {
        let mut response = request
            .send(body)
            .with_context(|| format!("no response of {path}"))?;
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_string()?;
        ensure!(
            status == expected,
            "{path}: status {status} instead of {expected}: {body}"
        );

        self.run.count(path, status, 1);
        serde_json::from_str(&body).with_context(|| format!("{path} responds no JSON: {body}"))
    }

    /// Fails when a response does not have the probabilities of the version that it names.
    fn check(&self, response: &Value, indices: &[usize]) -> Result<()> {
        let (version, probabilities) =
            parse(response).with_context(|| format!("no predictions: {response}"))?;
        self.run.versions.check(version, indices, &probabilities)
    }
}

/// Returns an input of the inference protocol, with its data or parameters.
fn input(texts: usize, key: &str, value: &Value) -> Value {
    json!({ "name": "text", "datatype": "BYTES", "shape": [texts], key: value })
}

/// Version and probabilities of a response.
fn parse(response: &Value) -> Option<(usize, Vec<f64>)> {
    let version = match response["model_version"].as_str() {
        Some(version) => version.parse().ok()?,
        None => response["model"]["version"].as_u64()?.try_into().ok()?,
    };

    let probabilities = if let Some(data) = response["outputs"][0]["data"].as_array() {
        data.iter().map(Value::as_f64).collect()
    } else if let Some(batch) = response["predictions"].as_array() {
        batch
            .iter()
            .map(|one| one["probability"].as_f64())
            .collect()
    } else {
        response["probability"].as_f64().map(|one| vec![one])
    };
    Some((version, probabilities?))
}
