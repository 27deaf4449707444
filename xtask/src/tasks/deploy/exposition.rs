//! What the command in release prints on `/metrics` once everything that it measures has happened.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::command::{clean, run};
use crate::tools::service::{self, Service};

/// What shows last: the shadow judges after the answer.
const LAST: &str = "relevance_shadow_texts_total{";
/// Longer than it takes unless something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a service with a shadow and a capture, asks it, and gives its metrics.
pub fn ask() -> Result<String> {
    let folder = tempfile::tempdir()?;
    let (store, captured) = (
        folder.path().join("store"),
        folder.path().join("captured.jsonl"),
    );
    let (store, captured) = (store.to_string_lossy(), captured.to_string_lossy());
    let relevance = service::build()?;
    // The first answers; the second, a little different, is its shadow.
    run(clean(&relevance).args(["train", "--store", &store, "--promote"]))?;
    run(clean(&relevance).args([
        "train",
        "--store",
        &store,
        "--alpha",
        "1.1",
        "--max-slowdown",
        "100",
    ]))?;
    let shadow = ["serve", "--store", &store, "--shadow", "candidate"];
    let service = Service::start(
        &[
            &shadow[..],
            &["--capture", &captured, "--capture-share", "1"],
        ]
        .concat(),
    )?;
    for (route, body) in [
        ("predict", json!({ "text": "flood waters are rising" })),
        (
            "predict/batch",
            json!({ "texts": ["flood waters are rising", "qzxv"] }),
        ),
        (
            "feedback",
            json!({ "request_id": "deploy", "label": "Relevant" }),
        ),
    ] {
        post(&format!("{}/v1/{route}", service.address()), &body)?;
    }
    // A problem is counted too.
    let _ = ureq::get(format!("{}/nowhere", service.address())).call();
    let exposition = wait(&format!("{}/metrics", service.address()))?;
    service.stop()?;
    Ok(exposition)
}

fn post(url: &str, body: &Value) -> Result<()> {
    ureq::post(url)
        .content_type("application/json")
        .send(body.to_string())?;
    Ok(())
}

fn wait(url: &str) -> Result<String> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let text = ureq::get(url).call()?.body_mut().read_to_string()?;
        if text.contains(LAST) {
            return Ok(text);
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("`{LAST}` did not show on {url}")
}
