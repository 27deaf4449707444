//! `relevance health`: readiness of the service on this machine, for containers without a shell.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;

/// Maximum time of the response.
const TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub struct HealthArguments {
    /// Port of the service.
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = super::serve::DEFAULT_PORT)]
    port: u16,
}

pub fn run(arguments: &HealthArguments) -> anyhow::Result<()> {
    let url = format!("http://127.0.0.1:{}/v2/health/ready", arguments.port);
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .proxy(None)
        .build();
    let agent = ureq::Agent::new_with_config(config);

    let response = agent
        .get(&url)
        .call()
        .with_context(|| format!("no response from {url}"))?;
    let status = response.status();
    ensure!(status == 200, "{url} responded with status {status}");
    Ok(())
}
