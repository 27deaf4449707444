//! `relevance health`: readiness of the service on this machine, for containers without a shell.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;

use crate::arguments::ListenArguments;

/// Maximum time of the response.
const TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub struct HealthArguments {
    #[command(flatten)]
    listen: ListenArguments,
}

pub fn run(arguments: &HealthArguments) -> anyhow::Result<()> {
    let ListenArguments { address, port } = &arguments.listen;
    let url = format!("http://{}:{port}/v2/health/ready", address.for_clients());
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
