//! `relevance serve`: a model of the store over HTTP.

use std::net::{IpAddr, SocketAddr};

use anyhow::Context as _;
use clap::Args;
use relevance_models::Store;
use relevance_serve::{
    DEFAULT_MAX_BATCH_TEXTS, DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_TEXT_BYTES, Limits, LoadedModel, ServeSettings, serve,
    shutdown_signal,
};
use tokio::net::TcpListener;

use crate::arguments::VersionArguments;
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
    /// Bytes of UTF-8 that one text may have.
    #[arg(long, env = "RELEVANCE_MAX_TEXT_BYTES", value_name = "BYTES", default_value_t = DEFAULT_MAX_TEXT_BYTES)]
    max_text_bytes: usize,
    /// Bytes that a request's body may have.
    #[arg(long, env = "RELEVANCE_MAX_BODY_BYTES", value_name = "BYTES", default_value_t = DEFAULT_MAX_BODY_BYTES)]
    max_body_bytes: usize,
    /// Texts that a batch may have.
    #[arg(long, env = "RELEVANCE_MAX_BATCH_TEXTS", value_name = "TEXTS", default_value_t = DEFAULT_MAX_BATCH_TEXTS)]
    max_batch_texts: usize,
    /// What is logged: error, warn, info, debug or trace, or levels by module.
    #[arg(long, env = "RELEVANCE_LOG", value_name = "LEVEL", default_value = "info")]
    log: String,
}

pub fn run(arguments: &ServeArguments) -> anyhow::Result<()> {
    logging::start(&arguments.service.log)?;
    let VersionArguments { store, name, model_version } = &arguments.version;
    let store = store.open()?;
    model::runtime()?.block_on(start(&store, name, model_version, &arguments.service))
}

/// Loads the version, listens, and serves until SIGTERM or SIGINT.
pub async fn start(store: &Store, name: &str, version: &str, arguments: &ServiceArguments) -> anyhow::Result<()> {
    let model = LoadedModel::load(store, name, version).await?;
    let settings = arguments.settings();
    let stop = shutdown_signal().context("cannot listen for signals")?;
    let listener =
        TcpListener::bind(settings.address).await.with_context(|| format!("cannot listen on {}", settings.address))?;
    eprintln!(
        "serving {name} version {}: http://localhost:{}",
        model.manifest().version,
        listener.local_addr()?.port()
    );
    Ok(serve(settings, listener, model, stop).await?)
}

impl ServiceArguments {
    /// What the log shows.
    pub fn log(&self) -> &str {
        &self.log
    }

    fn settings(&self) -> ServeSettings {
        ServeSettings {
            limits: Limits {
                max_text_bytes: self.max_text_bytes,
                max_body_bytes: self.max_body_bytes,
                max_batch_texts: self.max_batch_texts,
            },
            ..ServeSettings::new(SocketAddr::new(self.address, self.port))
        }
    }
}
