//! Start of the log: for a person on a terminal, else one JSON object per line.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing::Subscriber;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::exit::WrongUsage;
use crate::logging::batched_stdout::BatchedStdout;
use crate::logging::json_lines::JsonLines;
use crate::logging::traces::Traces;

/// Log and spans of the process; pending ones are written when it is dropped.
pub struct Logging {
    output: Option<BatchedStdout>,
    _traces: Option<Traces>,
}

impl Drop for Logging {
    fn drop(&mut self) {
        if let Some(output) = &self.output {
            output.flush();
        }
    }
}

/// Starts logging; `filter` is a level, or levels by module. Spans go to `traces` only.
pub fn start(filter: &str, traces: Option<Traces>) -> anyhow::Result<Logging> {
    let filter = parse(filter)
        .with_context(|| {
            format!("`--log` is `{filter}`, which is no level (error, warn, info, debug, trace) nor filter")
        })
        .map_err(WrongUsage)?;

    let is_terminal = std::io::stdout().is_terminal();
    let output = (!is_terminal)
        .then(BatchedStdout::start)
        .transpose()
        .context("cannot start the log")?;

    let registry = tracing_subscriber::registry();
    match &traces {
        Some(traces) => registry
            .with(traces.layer())
            .with(lines(output.as_ref()).with_filter(filter))
            .init(),
        // A global filter is evaluated once per call site, a filter of a layer once per event.
        None => registry.with(filter).with(lines(output.as_ref())).init(),
    }
    std::panic::set_hook(Box::new(
        |panic| tracing::error!(%panic, "a bug: the program panicked"),
    ));

    Ok(Logging {
        output,
        _traces: traces,
    })
}

/// The layer that writes events: JSON to the output, or text to the terminal.
fn lines<S>(output: Option<&BatchedStdout>) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    match output {
        Some(output) => tracing_subscriber::fmt::layer()
            .event_format(JsonLines)
            .with_writer(output.clone())
            .boxed(),
        None => tracing_subscriber::fmt::layer().with_target(false).boxed(),
    }
}

/// Parses a filter; a single word must be a level, since a misspelt one would name a module and silence the others.
fn parse(filter: &str) -> anyhow::Result<EnvFilter> {
    for part in filter.split(',').filter(|part| !part.contains(['=', '['])) {
        part.trim()
            .parse::<LevelFilter>()
            .with_context(|| format!("`{part}` is no level"))?;
    }
    Ok(EnvFilter::try_new(filter)?)
}
