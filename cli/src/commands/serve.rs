//! `relevance serve`: a model of the store over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use relevance_models::Store;
use relevance_serve::{
    ApiKeys, DEFAULT_RELOAD_INTERVAL_MS, HeaderValue, ModelSource, ServeSettings, ServiceState,
    serve, shutdown_signal,
};
use tokio::net::TcpListener;

use crate::arguments::{CaptureArguments, LimitArguments, VersionArguments};
use crate::async_runtime;
use crate::exit::WrongUsage;
use crate::logging::{self, Logging, Traces};

/// Default port of the service.
pub const DEFAULT_PORT: u16 = 8080;
/// Variable with one key itself. It has no flag, which the list of processes would show.
const KEY_VARIABLE: &str = "RELEVANCE_API_KEY";

#[derive(Debug, Args)]
pub struct ServeArguments {
    #[command(flatten)]
    version: VersionArguments,
    #[command(flatten)]
    service: ServiceArguments,
}

/// Flags of the service.
#[derive(Debug, Args)]
#[command(next_help_heading = None::<&str>)]
pub struct ServiceArguments {
    /// Address to listen on.
    #[arg(
        long,
        env = "RELEVANCE_ADDRESS",
        value_name = "ADDRESS",
        default_value = "0.0.0.0"
    )]
    address: IpAddr,
    /// Port to listen on.
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Level of the log: error, warn, info, debug or trace, or levels by module.
    #[arg(
        long,
        env = "RELEVANCE_LOG",
        value_name = "LEVEL",
        default_value = "info"
    )]
    log: String,
    #[command(flatten)]
    limits: LimitArguments,
    /// SHA-256 digests of the keys that open the service, in hexadecimal, separated by commas; without any it is open to all.
    /// The variable `RELEVANCE_API_KEY` adds one key itself, for platforms that generate it.
    // Parsed later, since an error of clap's would show a key that was given instead of its digest.
    #[arg(
        long,
        env = "RELEVANCE_API_KEYS",
        value_name = "DIGESTS",
        default_value = "",
        hide_default_value = true,
        hide_env_values = true,
        help_heading = "Access"
    )]
    api_keys: String,
    /// Origins whose pages may call the service from a browser, separated by commas; `*` for all.
    #[arg(
        long,
        env = "RELEVANCE_CORS_ORIGINS",
        value_name = "ORIGINS",
        value_delimiter = ',',
        value_parser = parse_origin,
        help_heading = "Access"
    )]
    cors_origins: Vec<HeaderValue>,
    /// Alias or number of a version that scores every request beside the active one, for the metrics of their agreement.
    #[arg(
        long,
        env = "RELEVANCE_SHADOW",
        value_name = "VERSION",
        help_heading = "Model"
    )]
    shadow: Option<String>,
    #[command(flatten)]
    capture: CaptureArguments,
    /// Time between two reads of the alias, after which another version is loaded; 0 for none. SIGHUP reads it at once.
    #[arg(
        long,
        env = "RELEVANCE_RELOAD_INTERVAL_MS",
        value_name = "MS",
        default_value_t = DEFAULT_RELOAD_INTERVAL_MS,
        help_heading = "Model"
    )]
    reload_interval_ms: u64,
    /// Google Cloud project whose traces the log names.
    #[arg(
        long,
        env = "GOOGLE_CLOUD_PROJECT",
        value_name = "PROJECT",
        help_heading = "Log and traces"
    )]
    google_cloud_project: Option<String>,
    /// Collector of traces that gets the spans of requests by OTLP over HTTP, such as `http://localhost:4318`.
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        value_name = "URL",
        help_heading = "Log and traces"
    )]
    otlp_endpoint: Option<String>,
}

pub fn run(arguments: &ServeArguments) -> anyhow::Result<()> {
    let logging = arguments.service.start_logging()?;
    let VersionArguments {
        store,
        name,
        model_version,
    } = &arguments.version;
    let store = store.open()?;
    let settings = arguments.service.settings(&logging)?;

    async_runtime::start()?.block_on(start(store, name, model_version, settings))
}

/// Loads the version, listens, and serves until SIGTERM or SIGINT.
pub async fn start(
    store: Store,
    name: &str,
    version: &str,
    settings: ServeSettings,
) -> anyhow::Result<()> {
    let address = settings.address;
    let stop = shutdown_signal().context("cannot listen for signals")?;
    let source = ModelSource {
        store: Arc::new(store),
        name: name.to_owned(),
        selector: version.to_owned(),
    };

    let state = ServiceState::open(settings, source).await?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;

    let version = state.version().context("no model is loaded")?;
    let port = listener.local_addr()?.port();
    eprintln!("serving {name} version {version}: http://localhost:{port}");
    Ok(serve(listener, state, stop).await?)
}

impl ServiceArguments {
    /// Starts the log, and the export of spans if there is a collector; both end when the result is dropped.
    pub fn start_logging(&self) -> anyhow::Result<Logging> {
        let traces = self
            .otlp_endpoint
            .as_deref()
            .map(Traces::start)
            .transpose()?;
        logging::start(&self.log, traces)
    }

    /// The settings of the service.
    pub fn settings(&self, logging: &Logging) -> anyhow::Result<ServeSettings> {
        let keys = self.keys().map_err(WrongUsage)?;
        let reload_interval = Duration::from_millis(self.reload_interval_ms);

        Ok(ServeSettings {
            limits: self.limits.limits(),
            keys,
            cors_origins: self.cors_origins.clone(),
            shadow: self.shadow.clone(),
            capture: self.capture.settings(),
            reload_interval: Some(reload_interval).filter(|interval| !interval.is_zero()),
            spans: self.otlp_endpoint.is_some(),
            google_cloud_project: self.google_cloud_project.clone(),
            dropped_log_lines: logging.dropped_lines(),
            ..ServeSettings::new(SocketAddr::new(self.address, self.port))
        })
    }

    /// The keys of `--api-keys`, and the one in the environment.
    fn keys(&self) -> anyhow::Result<ApiKeys> {
        let keys: ApiKeys = self
            .api_keys
            .parse()
            .context("`--api-keys` or RELEVANCE_API_KEYS cannot be read")?;
        let Some(key) = std::env::var_os(KEY_VARIABLE) else {
            return Ok(keys);
        };

        // A secret's file often ends with a line break, which no header can have.
        let key = key.to_str().unwrap_or_default().trim();
        let is_visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        ensure!(
            !key.is_empty() && key.bytes().all(is_visible),
            "{KEY_VARIABLE} cannot be read: it has to be one key of printable ASCII characters; \
             set it, or remove the variable"
        );
        Ok(keys.with_key(key))
    }
}

/// Parses an origin as a browser sends it, or `*`.
fn parse_origin(text: &str) -> Result<HeaderValue, String> {
    let is_origin = text == "*"
        || text.split_once("://").is_some_and(|(scheme, host)| {
            ["http", "https"].contains(&scheme)
                && !host.is_empty()
                && !host.contains(['/', ' ', '*'])
        });

    let value = HeaderValue::from_str(text).ok().filter(|_| is_origin);
    value.ok_or_else(|| {
        "an origin is `https://host` or `https://host:port`, without a path; `*` is all".to_owned()
    })
}
