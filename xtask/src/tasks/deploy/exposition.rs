//! Metrics of the service after every measured event has happened.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::command::{clean, run};
use crate::tools::relevance;
use crate::tools::service::Service;

/// The series that appears last, since the shadow model runs after the response is sent.
const LAST_SERIES: &str = "relevance_shadow_texts_total{";
const TIMEOUT: Duration = Duration::from_secs(20);

/// Starts a service with a shadow model and a capture file, sends requests, and returns its
/// metrics.
pub fn collect() -> Result<String> {
    let folder = tempfile::tempdir()?;
    let store = folder.path().join("store");
    let store = store.to_string_lossy();
    train_two_versions(&store)?;

    let captured = folder.path().join("captured.jsonl");
    let captured = captured.to_string_lossy();
    let shadow = ["serve", "--store", &store, "--shadow", "candidate"];
    let capture = ["--capture", &captured, "--capture-fraction", "1"];
    let service = Service::start(&[&shadow[..], &capture].concat())?;

    send_requests(&service)?;
    let exposition = wait_for_metrics(&service)?;
    service.stop()?;
    Ok(exposition)
}

/// Trains the active model and a slightly different one to be its shadow.
fn train_two_versions(store: &str) -> Result<()> {
    let relevance = relevance::build()?;
    let train = ["train", "--store", store];
    run(clean(&relevance).args(train).arg("--promote"))?;

    let other = ["--alpha", "1.1", "--max-slowdown", "100"];
    run(clean(&relevance).args(train).args(other))
}

fn send_requests(service: &Service) -> Result<()> {
    let text = "flood waters are rising";
    for (route, body) in [
        ("predict", json!({ "text": text })),
        ("predict/batch", json!({ "texts": [text, "qzxv"] })),
        (
            "feedback",
            json!({ "request_id": "deploy", "label": "Relevant" }),
        ),
    ] {
        post(&format!("{}/v1/{route}", service.address()), &body)?;
    }

    // Problems are counted as well.
    let _ = ureq::get(format!("{}/nowhere", service.address())).call();
    Ok(())
}

fn post(url: &str, body: &Value) -> Result<()> {
    ureq::post(url)
        .content_type("application/json")
        .send(body.to_string())?;
    Ok(())
}

fn wait_for_metrics(service: &Service) -> Result<String> {
    let url = format!("{}/metrics", service.address());
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        let text = ureq::get(&url)
            .header("accept", "application/openmetrics-text")
            .call()?
            .body_mut()
            .read_to_string()?;
        if text.contains(LAST_SERIES) {
            return Ok(text);
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("`{LAST_SERIES}` did not appear on {url} within {TIMEOUT:?}")
}
