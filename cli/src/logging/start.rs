//! Start of the log: for a person on a terminal, else one JSON object per line.

use std::io::{self, BufWriter, IsTerminal as _};

use anyhow::Context as _;
use tracing::Subscriber;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::exit::WrongUsage;
use crate::logging::json_lines::JsonLines;
use crate::logging::traces::Traces;

/// Limit of lines that wait for a slow reader of the output; further lines are dropped.
const MAX_PENDING_LINES: usize = 1 << 14;
/// Size of a system call that writes several lines.
const WRITE_BYTES: usize = 1 << 15;

/// Log and spans of the process; pending ones are written when it is dropped.
pub struct Logging {
    dropped: Option<ErrorCounter>,
    _writer: Option<WorkerGuard>,
    _traces: Option<Traces>,
}

impl Logging {
    /// Counter of the lines that were dropped because the output's reader is slow.
    pub fn dropped_lines(&self) -> Option<ErrorCounter> {
        self.dropped.clone()
    }
}

/// Starts logging; `filter` is a level, or levels by module. Spans go to `traces` only.
pub fn start(filter: &str, traces: Option<Traces>) -> anyhow::Result<Logging> {
    let filter = parse(filter)
        .with_context(|| {
            format!("`--log` is `{filter}`, which is not a level (error, warn, info, debug, trace) nor filter")
        })
        .map_err(WrongUsage)?;

    let (output, writer) = if io::stdout().is_terminal() {
        (None, None)
    } else {
        let (output, writer) = background_stdout();
        (Some(output), Some(writer))
    };
    let dropped = output.as_ref().map(NonBlocking::error_counter);

    let registry = tracing_subscriber::registry();
    match &traces {
        Some(traces) => registry
            .with(traces.layer())
            .with(lines(output).with_filter(filter))
            .init(),
        // A global filter is evaluated once per call site, a filter of a layer once per event.
        None => registry.with(filter).with(lines(output)).init(),
    }
    std::panic::set_hook(Box::new(
        |panic| tracing::error!(%panic, "a bug: the program panicked"),
    ));

    Ok(Logging {
        dropped,
        _writer: writer,
        _traces: traces,
    })
}

/// Standard output, written by a thread of its own, so that no request waits for its reader.
fn background_stdout() -> (NonBlocking, WorkerGuard) {
    NonBlockingBuilder::default()
        .buffered_lines_limit(MAX_PENDING_LINES)
        .lossy(true)
        .thread_name("log")
        .finish(BufWriter::with_capacity(WRITE_BYTES, io::stdout()))
}

/// The layer that writes events: JSON to the output, or text to the terminal.
fn lines<S>(output: Option<NonBlocking>) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    match output {
        Some(output) => tracing_subscriber::fmt::layer()
            .event_format(JsonLines)
            .with_writer(output)
            .boxed(),
        None => tracing_subscriber::fmt::layer().with_target(false).boxed(),
    }
}

/// Parses a filter; a single word must be a level, since a misspelt one would name a module and silence the others.
fn parse(filter: &str) -> anyhow::Result<EnvFilter> {
    for part in filter.split(',').filter(|part| !part.contains(['=', '['])) {
        part.trim()
            .parse::<LevelFilter>()
            .with_context(|| format!("`{part}` is not a level"))?;
    }
    Ok(EnvFilter::try_new(filter)?)
}
