//! Events as lines of JSON, with the fields that Google Cloud's logging reads: `severity`, `message`, `time`.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};

use relevance_storage::error_chain;
use serde::{Serialize, Serializer as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// One JSON object per event.
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
    ) -> fmt::Result {
        let time = jiff::Timestamp::now();
        let severity = severity(*event.metadata().level());
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

/// Google Cloud's name of a level.
const fn severity(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        Level::DEBUG | Level::TRACE => "DEBUG",
    }
}

/// Writes the fields of an event into an object.
struct Fields<'w> {
    writer: Writer<'w>,
    /// The first failure, after which nothing is written.
    result: fmt::Result,
}

impl Fields<'_> {
    fn insert(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        self.write(field, |text| serde_json::to_writer(text, value));
    }

    /// Inserts the `Display` of a value as a string.
    fn insert_display(&mut self, field: &Field, value: &dyn fmt::Display) {
        self.write(field, |text| {
            serde_json::Serializer::new(text).collect_str(value)
        });
    }

    fn write(&mut self, field: &Field, value: impl FnOnce(Text<'_, '_>) -> serde_json::Result<()>) {
        if self.result.is_err() {
            return;
        }

        self.result = write!(self.writer, ",\"{}\":", field.name()).and_then(|()| {
            let written = value(Text(&mut self.writer));
            written.map_err(|_| fmt::Error)
        });
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert_display(field, &format_args!("{value:?}"));
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

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.insert(field, &error_chain(value));
    }
}

/// Adapts the writer of `tracing` for serde, which writes valid UTF-8.
struct Text<'f, 'w>(&'f mut Writer<'w>);

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
