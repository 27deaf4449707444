//! Formats of the output, and the batches of scored texts that they encode.

use std::io::Write;

use anyhow::Context as _;
use relevance_runtime::ScoredText;

use super::destination::Destination;
use super::rows::Block;

/// Texts with their predictions.
#[derive(Clone, Copy, Debug)]
pub struct ScoredTexts<'a> {
    /// `[N]`
    pub texts: &'a [&'a str],
    /// `[N]`
    pub scores: &'a [ScoredText],
    /// Whether they are the first of the output.
    pub is_first: bool,
}

/// A format of the output: encoded on every thread, written by one at a time.
pub trait Format: Clone + Send + 'static {
    /// The blocks of rows that it encodes.
    type Block: Block;
    /// The open output.
    type Sink: Send + 'static;

    /// Minimum size of the texts that are encoded at once, unless the input ends; 0 for whatever one read gives.
    const MIN_BATCH_BYTES: usize;

    /// Begins the output.
    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<Self::Sink>;

    /// Encodes the rows with their predictions, and keeps the bytes until they are written.
    fn encode(
        &mut self,
        rows: &<Self::Block as Block>::Rows<'_>,
        scored: &ScoredTexts<'_>,
    ) -> anyhow::Result<()>;

    /// Encodes an output without any rows.
    fn encode_empty(&mut self) -> anyhow::Result<()>;

    /// Writes the rows that were encoded last.
    fn write(&mut self, sink: &mut Self::Sink) -> anyhow::Result<()>;

    /// Ends the output.
    fn finish(sink: &mut Self::Sink) -> anyhow::Result<()>;
}

/// An open output, with its name in error messages.
pub struct Output<F: Format> {
    sink: F::Sink,
    name: String,
}

impl<F: Format> Output<F> {
    /// Begins the output.
    pub fn open(format: &F, destination: &Destination) -> anyhow::Result<Self> {
        Ok(Self {
            sink: format.open(destination.writer()?)?,
            name: destination.name(),
        })
    }

    /// Writes the rows that `format` encoded last.
    pub fn write(&mut self, format: &mut F) -> anyhow::Result<()> {
        format
            .write(&mut self.sink)
            .with_context(|| format!("cannot write to {}", self.name))
    }

    /// Ends the output.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        F::finish(&mut self.sink).with_context(|| format!("cannot write to {}", self.name))
    }
}
