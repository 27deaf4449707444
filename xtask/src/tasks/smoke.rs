//! The README's first command as a stranger runs it, and the committed model in Python and Node beside it.

use std::fs;
use std::io::Read as _;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::command::{command, read, root, target};
use crate::tools::service::Service;
use crate::tools::{npm, onnxruntime, pip};

/// Texts that show a difference where there is one: known words, none, letters that locales fold, other scripts.
const TEXTS: [&str; 6] = [
    "flood waters are rising, families evacuated",
    "hello",
    "",
    "\u{212A}illed by f\u{130}re at 9 o'clock, caf\u{E9} closed",
    "🔥 FIRE 🔥 in Port-au-Prince #haiti http://example.org/x_y",
    "洪水が迫っている earthquake مياه",
];
const NODE_PACKAGE: &str = "onnxruntime-node@1.30.0";
/// How far two engines may be apart in probability.
const TOLERANCE: f64 = 1e-6;

/// Trains and serves, asks, stops, and compares the answers with those of Python and Node.
pub fn check() -> Result<()> {
    let service = Service::start(&[])?;
    let verdicts: Vec<Value> = TEXTS[..1]
        .iter()
        .chain(&TEXTS)
        .map(|text| predict(&service, text))
        .collect::<Result<_>>()?;
    ensure!(
        verdicts[0]["relevant"] == json!(true),
        "`{}` is not relevant: {}",
        TEXTS[0],
        verdicts[0]
    );
    service.stop()?;
    println!("served and stopped: {}", verdicts[0]);

    let version = &verdicts[0]["model"]["version"];
    let model = root().join(format!("models/relevance/{version}/model.onnx"));
    let texts = TEXTS.map(String::from);
    let mut python = command("python3");
    python
        .arg("examples/predict.py")
        .arg(&model)
        .args(&texts)
        .env("PYTHONPATH", python_packages()?);
    compare("Python", &mut python, &verdicts)?;
    let script = node_script()?;
    compare(
        "Node",
        command("node").arg(script).arg(&model).args(&texts),
        &verdicts,
    )
}

fn predict(service: &Service, text: &str) -> Result<Value> {
    let text = if text.is_empty() { " . " } else { text };
    let url = format!("{}/v1/predict", service.address());
    let body = json!({ "text": text }).to_string();
    let mut answer = ureq::post(&url)
        .content_type("application/json")
        .send(body)?;
    Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
}

/// Fails when a program's answers are not those of the service, which come after the first verdict.
fn compare(name: &str, program: &mut Command, verdicts: &[Value]) -> Result<()> {
    let mut output = String::new();
    read(program.env("ORT_DISABLE_TELEMETRY", "1"))?
        .as_slice()
        .read_to_string(&mut output)?;
    let answers: Vec<Value> = output
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    ensure!(
        answers.len() == TEXTS.len(),
        "{name} gave {} answers for {} texts",
        answers.len(),
        TEXTS.len()
    );
    for ((answer, verdict), text) in answers.iter().zip(&verdicts[1..]).zip(TEXTS) {
        let probability = |value: &Value| value["probability"].as_f64().context("no probability");
        let difference = (probability(answer)? - probability(verdict)?).abs();
        let same = difference <= TOLERANCE && answer["label"] == verdict["label"];
        ensure!(
            same,
            "{name} and the service differ on `{text}`: {answer} and {verdict}"
        );
    }
    println!(
        "{name} gives the service's answers for {} texts",
        TEXTS.len()
    );
    Ok(())
}

/// A folder with onnxruntime for Python and what it needs.
fn python_packages() -> Result<std::path::PathBuf> {
    let folder = target().join("examples/python");
    pip::install_with_dependencies(&[onnxruntime::PACKAGE, "numpy"], &folder)?;
    Ok(folder)
}

/// The example beside its packages, where Node looks for them.
fn node_script() -> Result<std::path::PathBuf> {
    let folder = target().join("examples/node");
    npm::install(&[NODE_PACKAGE], &folder)?;
    let script = folder.join("predict.mjs");
    fs::copy(root().join("examples/predict.mjs"), &script)?;
    Ok(script)
}
