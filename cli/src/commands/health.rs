//! `relevance health`: asks the service on this machine whether it is ready, for containers without a shell.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;

/// How long the service may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub struct HealthArguments {
    /// Port that the service listens on.
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = super::serve::DEFAULT_PORT)]
    port: u16,
}

pub fn run(arguments: &HealthArguments) -> anyhow::Result<()> {
    let url = format!("http://127.0.0.1:{}/v2/health/ready", arguments.port);
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .proxy(None)
            .build(),
    );
    let response = agent
        .get(&url)
        .call()
        .with_context(|| format!("no answer from {url}"))?;
    ensure!(
        response.status() == 200,
        "{url} answered {}",
        response.status()
    );
    Ok(())
}
