//! `relevance serve`: a model of the store, or a lone file, over HTTP.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use relevance_serve::{
    ApiKeys, DEFAULT_LOAD_TIMEOUT_MS, DEFAULT_RELOAD_INTERVAL_MS, DEFAULT_SHUTDOWN_DELAY_MS,
    Hangups, HeaderValue, ModelSource, ServeSettings, ServiceState, serve, shutdown_signal,
};
use tokio::net::TcpListener;

use crate::arguments::{
    CaptureArguments, LimitArguments, ListenArguments, PlatformArguments, ServedModelArguments,
    at_least_one, whole_number,
};
use crate::exit::WrongUsage;
use crate::logging::{self, Logging, Traces};
use crate::output::note;
use crate::{async_runtime, file_descriptors};

/// Variable with one key itself. It has no flag, which the list of processes would show.
const KEY_VARIABLE: &str = "RELEVANCE_API_KEY";

#[derive(Debug, Args)]
pub struct ServeArguments {
    #[command(flatten)]
    model: ServedModelArguments,
    #[command(flatten)]
    service: ServiceArguments,
}

/// Flags of the service.
#[derive(Debug, Args)]
#[command(next_help_heading = None::<&str>)]
pub struct ServiceArguments {
    #[command(flatten)]
    listen: ListenArguments,
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
    /// SHA-256 digests of the keys that open the service, in hexadecimal, separated by commas; without the flag it is open to all.
    /// The variable `RELEVANCE_API_KEY` adds one key itself, for platforms that generate it.
    // Parsed later, since an error of clap's would show a key that was given instead of its digest.
    #[arg(
        long,
        env = "RELEVANCE_API_KEYS",
        value_name = "DIGESTS",
        hide_env_values = true,
        help_heading = "Access"
    )]
    api_keys: Option<String>,
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
    #[command(flatten)]
    platform: PlatformArguments,
    /// Time between two reads of the alias, after which another version is loaded; 0 for none. SIGHUP reads it at once.
    #[arg(
        long,
        env = "RELEVANCE_RELOAD_INTERVAL_MS",
        value_name = "MS",
        default_value_t = DEFAULT_RELOAD_INTERVAL_MS,
        value_parser = whole_number::<u64>,
        help_heading = "Model"
    )]
    reload_interval_ms: u64,
    /// Maximum time to load a version; then the reload has failed, and the next one goes on.
    #[arg(
        long,
        env = "RELEVANCE_LOAD_TIMEOUT_MS",
        value_name = "MS",
        default_value_t = DEFAULT_LOAD_TIMEOUT_MS,
        value_parser = at_least_one::<u64>,
        help_heading = "Model"
    )]
    load_timeout_ms: u64,
    /// Time after SIGTERM in which the service is not ready and still accepts connections, until load balancers notice.
    #[arg(
        long,
        env = "RELEVANCE_SHUTDOWN_DELAY_MS",
        value_name = "MS",
        default_value_t = DEFAULT_SHUTDOWN_DELAY_MS,
        value_parser = whole_number::<u64>,
        help_heading = "Limits"
    )]
    shutdown_delay_ms: u64,
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

/// Time for blocking work, such as writing captured requests, once the service has ended.
pub const RUNTIME_SHUTDOWN: Duration = Duration::from_millis(500);

/// Signals of the service, which are not lost from their start on.
pub struct Signals {
    hangups: Hangups,
    stop: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Signals {
    /// Starts to listen for signals.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = || -> io::Result<Self> {
            Ok(Self {
                hangups: Hangups::listen()?,
                stop: Box::pin(shutdown_signal()?),
            })
        };
        listen().context("cannot listen for signals")
    }
}

pub fn run(arguments: &ServeArguments) -> anyhow::Result<()> {
    // Before anything that takes time, so that no signal has another meaning.
    let runtime = async_runtime::start()?;
    let signals = runtime.block_on(async { Signals::listen() })?;

    let logging = arguments.service.start_logging()?;
    let source = arguments.model.source()?;
    let mut settings = arguments.service.settings(&logging)?;
    if arguments.model.is_file() {
        settings.reload_interval = None;
    }

    let result = runtime.block_on(start(source, settings, signals));
    // A read of a store that does not respond must not keep the process from ending.
    runtime.shutdown_timeout(RUNTIME_SHUTDOWN);
    result
}

/// Loads the model, listens, and serves until SIGTERM or SIGINT.
pub async fn start(
    source: ModelSource,
    mut settings: ServeSettings,
    signals: Signals,
) -> anyhow::Result<()> {
    let addresses = settings.addresses.clone();
    let Signals { hangups, mut stop } = signals;
    file_descriptors::raise_limit();
    file_descriptors::fit_connections(&mut settings.limits);
    file_descriptors::warn_of_contradictions(&settings.limits);

    let state = tokio::select! {
        state = ServiceState::open(settings, source) => state?,
        () = &mut stop => return Ok(()),
    };
    let listener = TcpListener::bind(&addresses[..])
        .await
        .with_context(|| format!("cannot listen on {}", list(&addresses)))?;

    let (name, version) = (state.name(), state.version());
    let version = version.context("no model is loaded")?;
    let port = listener.local_addr()?.port();
    note(format_args!(
        "serving {name} version {version}: http://localhost:{port}"
    ));
    Ok(serve(listener, state, hangups, stop).await?)
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
        self.platform.check()?;
        let keys = self.keys().map_err(WrongUsage)?;
        let reload_interval = Duration::from_millis(self.reload_interval_ms);

        let addresses = self.listen.resolve()?;
        Ok(ServeSettings {
            limits: self.limits.limits(),
            keys,
            cors_origins: self.cors_origins.clone(),
            shadow: self.shadow.clone(),
            capture: self.capture.settings(),
            shutdown_delay: Duration::from_millis(self.shutdown_delay_ms),
            max_connection_age: self.limits.max_connection_age(),
            predict_route: self.platform.predict_route.clone(),
            health_route: self.platform.health_route.clone(),
            load_timeout: Duration::from_millis(self.load_timeout_ms),
            reload_interval: Some(reload_interval).filter(|interval| !interval.is_zero()),
            spans: self.otlp_endpoint.is_some(),
            google_cloud_project: self.google_cloud_project.clone(),
            dropped_log_lines: logging.dropped_lines(),
            ..ServeSettings::new(addresses)
        })
    }

    /// The keys of `--api-keys`, and the one in the environment.
    fn keys(&self) -> anyhow::Result<ApiKeys> {
        let keys: Option<ApiKeys> = self
            .api_keys
            .as_deref()
            .map(str::parse)
            .transpose()
            .context("`--api-keys` or RELEVANCE_API_KEYS cannot be read")?;
        let keys = keys.unwrap_or_default();
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

fn list(addresses: &[SocketAddr]) -> String {
    let addresses: Vec<_> = addresses.iter().map(SocketAddr::to_string).collect();
    addresses.join(" or ")
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
