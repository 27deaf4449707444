//! The README's first command: trains, serves and predicts.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::tools::service::Service;

/// Texts, each with whether it is relevant.
const TEXTS: [(&str, bool); 2] = [
    ("flood waters are rising, families evacuated", true),
    ("the game starts at seven", false),
];

/// Trains, serves, and checks a prediction of each label.
pub fn check() -> Result<()> {
    // A store of its own: production may be a model of other data, which the gate would keep.
    let store = tempfile::tempdir()?;
    let location = store.path().to_string_lossy();
    let service = Service::start(&["--store", &location])?;

    for (text, relevant) in TEXTS {
        let prediction = predict(&service, text)?;
        ensure!(
            prediction["relevant"] == json!(relevant),
            "expected `relevant` to be {relevant} for `{text}`: {prediction}"
        );
        println!("{text}: {prediction}");
    }
    service.stop()
}

fn predict(service: &Service, text: &str) -> Result<Value> {
    let url = format!("{}/v1/predict", service.address());
    let body = json!({ "text": text }).to_string();

    let mut response = ureq::post(&url)
        .content_type("application/json")
        .send(body)?;
    Ok(serde_json::from_str(
        &response.body_mut().read_to_string()?,
    )?)
}
