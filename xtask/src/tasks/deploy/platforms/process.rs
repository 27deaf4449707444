//! The services of the manifests, run as processes of this machine.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use ureq::Agent;

use super::product::Product;
use super::workload::Workload;
use crate::command::{clean, root};
use crate::tools::service::Service;

const KEY: &str = "a key of the clients";
/// Folder in which KServe puts a model.
const MOUNTED_MODEL: &str = "/mnt/models";
/// A delay after SIGTERM that is long enough to send requests in it.
const LONG_DELAY: u64 = 5000;
const TIMEOUT: Duration = Duration::from_secs(5);

/// Starts the service with the flags and variables of its manifest and the committed model, and
/// sends the requests of the platform and of a client.
pub fn check(product: &Product, workload: &Workload) -> Result<()> {
    let model = root().join("models/relevance").join(production()?);
    let model = model.to_string_lossy();
    let arguments = workload
        .arguments
        .iter()
        .map(|argument| argument.replace(MOUNTED_MODEL, &model));
    let mut relevance = clean(&product.program);
    relevance
        .args(arguments)
        .args(["--port", "0"])
        .stdout(std::process::Stdio::null());
    for (name, value) in &workload.variables {
        match (name.as_str(), value) {
            // A secret.
            ("RELEVANCE_API_KEYS", _) => {
                relevance.env(name, hex::encode(Sha256::digest(KEY)));
            }
            (_, Some(value)) => {
                relevance.env(name, value);
            }
            (_, None) => {}
        }
    }
    // In the image it is set for every command.
    relevance.env("RELEVANCE_STORE", root().join("models"));

    let service = Service::spawn(&mut relevance)?;
    let client = Client::new(service.address());
    for path in &workload.paths {
        client.expect(path, 200)?;
    }
    client.expect("/metrics", 200)?;
    client.predict()?;

    let delay = workload.variables.get("RELEVANCE_SHUTDOWN_DELAY_MS");
    let delay: u64 = match delay.cloned().flatten() {
        Some(delay) => delay.parse()?,
        None => 0,
    };
    if delay < LONG_DELAY {
        return service.stop();
    }
    service.signal("TERM")?;
    client.expect("/v2/health/ready", 503)?;
    client.predict()
}

/// Returns the number of the committed version in production.
fn production() -> Result<String> {
    let aliases = std::fs::read_to_string(root().join("models/relevance/aliases.json"))?;
    let aliases: Value = serde_json::from_str(&aliases)?;
    let production = aliases["production"].as_str();
    Ok(production
        .context("no version is in production")?
        .to_owned())
}

struct Client {
    agent: Agent,
    address: String,
}

impl Client {
    fn new(address: &str) -> Self {
        let settings = Agent::config_builder().http_status_as_error(false);
        Self {
            agent: settings.build().into(),
            address: address.to_owned(),
        }
    }

    /// Waits until a path has a status.
    fn expect(&self, path: &str, status: u16) -> Result<()> {
        let start = Instant::now();
        loop {
            let response = self.agent.get(format!("{}{path}", self.address)).call();
            let found = response.with_context(|| path.to_owned())?.status().as_u16();
            if found == status {
                return Ok(());
            }
            ensure!(
                start.elapsed() < TIMEOUT,
                "{path} has the status {found} instead of {status}"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a prediction with the key.
    fn predict(&self) -> Result<()> {
        let response = self
            .agent
            .post(format!("{}/v1/predict", self.address))
            .header("authorization", format!("Bearer {KEY}"))
            .content_type("application/json")
            .send(r#"{"text": "flood waters are rising"}"#)?;
        ensure!(
            response.status() == 200,
            "a prediction has the status {}",
            response.status()
        );
        Ok(())
    }
}
