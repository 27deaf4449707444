//! The README's first command, and the examples in Python and Node on the model that it trains.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::command::{command, read, root, target};
use crate::tools::service::Service;
use crate::tools::{npm, onnxruntime, pip};

/// Texts on which engines may differ: known words, unknown words, letters with unusual case
/// folding, other scripts.
const TEXTS: [&str; 6] = [
    "flood waters are rising, families evacuated",
    "hello",
    "",
    "\u{212A}illed by f\u{130}re at 9 o'clock, caf\u{E9} closed",
    "🔥 FIRE 🔥 in Port-au-Prince #haiti http://example.org/x_y",
    "洪水が迫っている earthquake مياه",
];
pub const NODE_PACKAGE: &str = "onnxruntime-node@1.30.0";
/// Largest difference between the probabilities of two engines.
const TOLERANCE: f64 = 1e-6;

/// Trains, serves, and compares the service's predictions with those of the examples.
pub fn check() -> Result<()> {
    // A store of its own: production may be a model of other data, which the gate would keep.
    let store = tempfile::tempdir()?;
    let location = store.path().to_string_lossy();
    let service = Service::start(&["--store", &location])?;
    let predictions: Vec<Value> = TEXTS
        .iter()
        .map(|text| predict(&service, text))
        .collect::<Result<_>>()?;
    service.stop()?;

    let first = &predictions[0];
    ensure!(
        first["relevant"] == json!(true),
        "`{}` is not relevant: {first}",
        TEXTS[0]
    );
    println!("served and stopped: {first}");

    let version = &first["model"]["version"];
    let model = store.path().join(format!("relevance/{version}/model.onnx"));
    let mut python = command("python3");
    python
        .arg("examples/predict.py")
        .arg(&model)
        .args(TEXTS)
        .env("PYTHONPATH", python_packages()?);
    compare("Python", &mut python, &predictions)?;

    let mut node = command("node");
    node.arg(node_script()?).arg(&model).args(TEXTS);
    compare("Node", &mut node, &predictions)
}

fn predict(service: &Service, text: &str) -> Result<Value> {
    // The service rejects an empty text; one without words has the same prediction.
    let text = if text.is_empty() { " . " } else { text };
    let url = format!("{}/v1/predict", service.address());
    let body = json!({ "text": text }).to_string();

    let mut response = ureq::post(&url)
        .content_type("application/json")
        .send(body)?;
    Ok(serde_json::from_str(
        &response.body_mut().read_to_string()?,
    )?)
}

/// Fails when the predictions of an example differ from those of the service.
fn compare(name: &str, example: &mut Command, predictions: &[Value]) -> Result<()> {
    let output = String::from_utf8(read(example.env("ORT_DISABLE_TELEMETRY", "1"))?)?;
    let results: Vec<Value> = output
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    ensure!(
        results.len() == TEXTS.len(),
        "{name} printed {} results for {} texts",
        results.len(),
        TEXTS.len()
    );

    for ((result, prediction), text) in results.iter().zip(predictions).zip(TEXTS) {
        let difference = (probability(result)? - probability(prediction)?).abs();
        let is_same = difference <= TOLERANCE && result["label"] == prediction["label"];
        ensure!(
            is_same,
            "{name} and the service differ on `{text}`: {result} and {prediction}"
        );
    }
    println!("{name} and the service agree on {} texts", TEXTS.len());
    Ok(())
}

fn probability(prediction: &Value) -> Result<f64> {
    prediction["probability"].as_f64().context("no probability")
}

/// Installs onnxruntime for Python and returns its folder.
fn python_packages() -> Result<PathBuf> {
    let folder = target().join("examples/python");
    pip::install_with_dependencies(&[onnxruntime::PACKAGE, "numpy"], &folder)?;
    Ok(folder)
}

/// Copies the example beside its packages, where Node resolves imports.
fn node_script() -> Result<PathBuf> {
    let folder = target().join("examples/node");
    npm::install(&[NODE_PACKAGE], &folder)?;

    let script = folder.join("predict.mjs");
    fs::copy(root().join("examples/predict.mjs"), &script)?;
    Ok(script)
}
