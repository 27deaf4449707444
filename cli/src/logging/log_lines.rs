//! Events as lines of JSON, written in large pieces.
//!
//! The objects have the fields that Google Cloud's logging reads: `severity`, `message`, `time`.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serializer as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

/// How long a line may wait for others; a warning or an error never does.
const WAIT: Duration = Duration::from_millis(50);
/// So many bytes wait for no others.
const ENOUGH: usize = 1 << 15;

/// One JSON object an event.
pub struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let (time, severity) = (jiff::Timestamp::now(), severity(*event.metadata().level()));
        write!(writer, r#"{{"time":"{time:.6}","severity":"{severity}""#)?;
        let mut fields = Fields {
            writer,
            result: Ok(()),
        };
        event.record(&mut fields);
        fields.result?;
        fields.writer.write_str("}\n")
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

/// Fields of an object, one after the other.
struct Fields<'w> {
    writer: Writer<'w>,
    /// The first failure, after which nothing is written.
    result: std::fmt::Result,
}

/// Takes the UTF-8 that is written as text.
struct Text<'f, 'w>(&'f mut Writer<'w>);

impl Fields<'_> {
    fn insert(&mut self, field: &Field, value: &(impl serde::Serialize + ?Sized)) {
        self.put(field, |text| serde_json::to_writer(text, value));
    }

    /// Writes a value that only prints itself, as a string.
    fn insert_printed(&mut self, field: &Field, value: &dyn std::fmt::Display) {
        self.put(field, |text| {
            serde_json::Serializer::new(text).collect_str(value)
        });
    }

    fn put(&mut self, field: &Field, value: impl FnOnce(Text<'_, '_>) -> serde_json::Result<()>) {
        if self.result.is_ok() {
            self.result = write!(self.writer, ",\"{}\":", field.name())
                .and_then(|()| value(Text(&mut self.writer)).map_err(|_| std::fmt::Error));
        }
    }
}

impl Write for Text<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.insert_printed(field, &format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, &value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, &value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let causes = std::iter::successors(Some(value), |cause| (*cause).source());
        self.insert(
            field,
            &causes
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": "),
        );
    }
}

/// Standard output, which gets lines in large pieces and soon after; a clone shares it.
///
/// A system call a line costs a busy service more than its answer does.
#[derive(Clone, Default)]
pub struct Output(Arc<Shared>);

#[derive(Default)]
struct Shared {
    pending: Mutex<Vec<u8>>,
    /// Told when something pends.
    pends: Condvar,
}

/// Writes the line of one event.
pub struct OutputLine<'o> {
    output: &'o Output,
    is_urgent: bool,
}

impl Output {
    /// Begins to write what pends, until the process ends.
    pub fn start() -> io::Result<Self> {
        let output = Self::default();
        let shared = output.clone();
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || shared.write_pending())?;
        Ok(output)
    }

    fn pending(&self) -> MutexGuard<'_, Vec<u8>> {
        // Whoever panicked while it held lines left them whole.
        self.0
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write_pending(&self) {
        loop {
            let nothing = |pending: &mut Vec<u8>| pending.is_empty();
            drop(self.0.pends.wait_while(self.pending(), nothing));
            thread::sleep(WAIT);
            self.flush();
        }
    }

    /// Writes what pends.
    pub fn flush(&self) {
        write_out(&mut self.pending());
    }
}

impl Write for OutputLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut pending = self.output.pending();
        let was_empty = pending.is_empty();
        pending.extend_from_slice(line);
        if self.is_urgent || pending.len() >= ENOUGH {
            write_out(&mut pending);
        } else if was_empty {
            self.output.0.pends.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines that nobody can read any more are dropped.
fn write_out(pending: &mut Vec<u8>) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(pending).and_then(|()| output.flush());
    pending.clear();
}

impl<'o> MakeWriter<'o> for Output {
    type Writer = OutputLine<'o>;

    fn make_writer(&'o self) -> OutputLine<'o> {
        OutputLine {
            output: self,
            is_urgent: true,
        }
    }

    fn make_writer_for(&'o self, metadata: &Metadata<'_>) -> OutputLine<'o> {
        OutputLine {
            output: self,
            is_urgent: *metadata.level() <= Level::WARN,
        }
    }
}
