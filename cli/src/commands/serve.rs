//! `relevance serve`: a model of the store over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use relevance_models::Store;
use relevance_serve::{DEFAULT_FOLLOW_MS, ModelSource, ServeSettings, ServiceState, serve, shutdown_signal};
use tokio::net::TcpListener;

use crate::arguments::{LimitArguments, VersionArguments};
use crate::{logging, model};

/// Port of the service unless the environment gives one.
pub const DEFAULT_PORT: u16 = 8080;

#[derive(Debug, Args)]
pub struct ServeArguments {
    #[command(flatten)]
    version: VersionArguments,
    #[command(flatten)]
    service: ServiceArguments,
}

/// How the service runs.
#[derive(Debug, Args)]
pub struct ServiceArguments {
    /// Address to listen on.
    #[arg(long, env = "RELEVANCE_ADDRESS", value_name = "ADDRESS", default_value = "0.0.0.0")]
    address: IpAddr,
    /// Port to listen on.
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = DEFAULT_PORT)]
    port: u16,
    #[command(flatten)]
    limits: LimitArguments,
    /// Milliseconds between looks at the store for another version that the alias names; 0 for none. SIGHUP asks at once.
    #[arg(long, env = "RELEVANCE_FOLLOW_MS", value_name = "MS", default_value_t = DEFAULT_FOLLOW_MS)]
    follow_ms: u64,
    /// Project of Google Cloud whose traces the log names.
    #[arg(long, env = "GOOGLE_CLOUD_PROJECT", value_name = "PROJECT")]
    google_cloud_project: Option<String>,
    /// What is logged: error, warn, info, debug or trace, or levels by module.
    #[arg(long, env = "RELEVANCE_LOG", value_name = "LEVEL", default_value = "info")]
    log: String,
}

pub fn run(arguments: &ServeArguments) -> anyhow::Result<()> {
    logging::start(&arguments.service.log)?;
    let VersionArguments { store, name, model_version } = &arguments.version;
    let store = store.open()?;
    model::runtime()?.block_on(start(store, name, model_version, &arguments.service))
}

/// Loads the version, listens, and serves until SIGTERM or SIGINT.
pub async fn start(store: Store, name: &str, version: &str, arguments: &ServiceArguments) -> anyhow::Result<()> {
    let settings = arguments.settings();
    let address = settings.address;
    let stop = shutdown_signal().context("cannot listen for signals")?;
    let source = ModelSource { store: Arc::new(store), name: name.to_owned(), selector: version.to_owned() };
    let state = ServiceState::open(settings, source).await?;
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let version = state.version().context("no model is loaded")?;
    eprintln!("serving {name} version {version}: http://localhost:{}", listener.local_addr()?.port());
    Ok(serve(listener, state, stop).await?)
}

impl ServiceArguments {
    /// What the log shows.
    pub fn log(&self) -> &str {
        &self.log
    }

    fn settings(&self) -> ServeSettings {
        ServeSettings {
            limits: self.limits.limits(),
            follow_every: (self.follow_ms > 0).then(|| Duration::from_millis(self.follow_ms)),
            google_cloud_project: self.google_cloud_project.clone(),
            ..ServeSettings::new(SocketAddr::new(self.address, self.port))
        }
    }
}
