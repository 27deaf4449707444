//! The service's log on standard output: for a person on a terminal, else one JSON object a line.
//!
//! The objects have the fields that Google Cloud's logging reads: `severity`, `message`, `time`.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::exit::WrongUsage;
use crate::traces::Traces;

/// Starts logging; `filter` is a level, or levels by module as `tracing` reads them. Spans go to `traces` alone.
pub fn start(filter: &str, traces: Option<&Traces>) -> anyhow::Result<()> {
    let filter = parse(filter)
        .with_context(|| {
            format!("`--log` is `{filter}`, which is no level (error, warn, info, debug, trace) nor filter")
        })
        .map_err(WrongUsage)?;
    let lines = tracing_subscriber::fmt::layer();
    let lines = if std::io::stdout().is_terminal() {
        lines.with_target(false).boxed()
    } else {
        lines.event_format(JsonLines).boxed()
    };
    tracing_subscriber::registry().with(traces.map(Traces::layer)).with(lines.with_filter(filter)).init();
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a bug: the program panicked")));
    Ok(())
}

/// Reads a filter; a lone word must be a level, else a misspelt one would name a module and silence all others.
fn parse(filter: &str) -> anyhow::Result<EnvFilter> {
    for part in filter.split(',').filter(|part| !part.contains(['=', '['])) {
        part.trim().parse::<LevelFilter>().with_context(|| format!("`{part}` is no level"))?;
    }
    Ok(EnvFilter::try_new(filter)?)
}

/// One JSON object an event.
struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> std::fmt::Result {
        let mut fields = Fields(Map::new());
        fields.0.insert("time".to_owned(), jiff::Timestamp::now().to_string().into());
        fields.0.insert("severity".to_owned(), severity(*event.metadata().level()).into());
        event.record(&mut fields);
        writeln!(writer, "{}", Value::Object(fields.0))
    }
}

/// The names that Google Cloud gives to levels.
const fn severity(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        Level::DEBUG | Level::TRACE => "DEBUG",
    }
}

struct Fields(Map<String, Value>);

impl Fields {
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let causes = std::iter::successors(Some(value), |cause| (*cause).source());
        self.insert(field, causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    }
}
