//! Row groups of a Parquet file, each encoded on the thread that scored its texts.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnPath, SchemaDescPtr, SchemaDescriptor};
use relevance_pipeline::Labels;
use relevance_runtime::ScoredText;

use super::format::{Format, ScoredTexts};
use super::lines::Block;

const SCHEMA: &str = "message predictions { REQUIRED BYTE_ARRAY label (UTF8); REQUIRED BOOLEAN relevant; \
                      REQUIRED FLOAT probability; OPTIONAL INT32 known_terms; REQUIRED BYTE_ARRAY text (UTF8); }";

/// Columns of label, whether the text is relevant, probability, number of known terms and text.
#[derive(Clone)]
pub struct ParquetFormat {
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    relevant: ByteArray,
    not_relevant: ByteArray,
    /// Bytes of the texts of a row group.
    texts: Vec<u8>,
    /// Bytes of the columns of a row group.
    encoded: Vec<u8>,
    /// Metadata of the columns, for the end of the file.
    columns: Vec<ColumnCloseResult>,
}

impl ParquetFormat {
    pub fn new(labels: &Labels) -> anyhow::Result<Self> {
        let schema =
            parse_message_type(SCHEMA).context("the schema of the Parquet file is invalid")?;
        Ok(Self {
            schema: Arc::new(SchemaDescriptor::new(schema.into())),
            properties: Arc::new(properties()),
            relevant: labels.relevant.as_str().into(),
            not_relevant: labels.not_relevant.as_str().into(),
            texts: Vec::new(),
            encoded: Vec::new(),
            columns: Vec::new(),
        })
    }

    /// Encodes the next column; one that may lack values has a definition level of 0 or 1 for each.
    fn push<T: DataType>(
        &mut self,
        encoded: &mut TrackedWrite<Vec<u8>>,
        values: &[T::T],
        definition_levels: Option<&[i16]>,
    ) -> Result<(), ParquetError> {
        let descriptor = self.schema.column(self.columns.len());
        let pages = Box::new(SerializedPageWriter::new(encoded));
        let writer = get_column_writer(descriptor, Arc::clone(&self.properties), pages);

        let mut writer = get_typed_column_writer::<T>(writer);
        writer.write_batch(values, definition_levels, None)?;
        self.columns.push(writer.close()?);
        Ok(())
    }

    /// Encodes the column of the texts, from one allocation instead of one per text.
    fn push_texts(
        &mut self,
        encoded: &mut TrackedWrite<Vec<u8>>,
        texts: &[&str],
    ) -> Result<(), ParquetError> {
        self.texts.clear();
        for text in texts {
            self.texts.extend_from_slice(text.as_bytes());
        }

        let bytes = Bytes::from(std::mem::take(&mut self.texts));
        let mut start = 0;
        let slices = texts.iter().map(|text| {
            let slice = bytes.slice(start..start + text.len());
            start += text.len();
            ByteArray::from(slice)
        });

        self.push::<ByteArrayType>(encoded, &slices.collect::<Vec<_>>(), None)?;
        self.texts = bytes.into();
        Ok(())
    }

    fn label(&self, is_relevant: bool) -> ByteArray {
        if is_relevant {
            self.relevant.clone()
        } else {
            self.not_relevant.clone()
        }
    }
}

/// The numbers of known terms, and for each text whether there is one, as a definition level.
fn known_terms(scores: &[ScoredText]) -> (Vec<i32>, Vec<i16>) {
    let counts = scores.iter().map(|score| score.known_terms);
    let levels = counts.clone().map(|count| count.is_some().into());
    let values = counts
        .clone()
        .flatten()
        .map(|count| count.try_into().unwrap_or(i32::MAX));
    (values.collect(), levels.collect())
}

/// The labels use a dictionary, being few; the texts have no dictionary and no statistics, being mostly distinct.
fn properties() -> WriterProperties {
    let text = ColumnPath::from("text");
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .set_column_dictionary_enabled(ColumnPath::from("label"), true)
        .set_column_statistics_enabled(text, EnabledStatistics::None)
        .build()
}

impl Format for ParquetFormat {
    type Block = Block;
    type Sink = SerializedFileWriter<Box<dyn Write + Send>>;

    /// About 40,000 sentences in a row group.
    const MIN_BATCH_BYTES: usize = 4 << 20;

    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<Self::Sink> {
        Ok(SerializedFileWriter::new(
            file,
            self.schema.root_schema_ptr(),
            Arc::clone(&self.properties),
        )?)
    }

    fn encode_empty(&mut self) -> anyhow::Result<()> {
        self.columns.clear();
        Ok(())
    }

    fn encode(&mut self, _: &Vec<&str>, scored: &ScoredTexts<'_>) -> anyhow::Result<()> {
        self.columns.clear();
        self.encoded.clear();
        if scored.texts.is_empty() {
            return Ok(());
        }

        let predictions = scored.scores.iter().map(|score| score.prediction);
        let relevant: Vec<_> = predictions
            .clone()
            .map(|prediction| prediction.relevant)
            .collect();
        let labels: Vec<_> = relevant
            .iter()
            .map(|&relevant| self.label(relevant))
            .collect();
        let probabilities: Vec<_> = predictions
            .map(|prediction| prediction.probability)
            .collect();
        let (counts, are_counted) = known_terms(scored.scores);

        let mut encoded = TrackedWrite::new(std::mem::take(&mut self.encoded));
        self.push::<ByteArrayType>(&mut encoded, &labels, None)?;
        self.push::<BoolType>(&mut encoded, &relevant, None)?;
        self.push::<FloatType>(&mut encoded, &probabilities, None)?;
        self.push::<Int32Type>(&mut encoded, &counts, Some(&are_counted))?;
        self.push_texts(&mut encoded, scored.texts)?;
        self.encoded = encoded.into_inner()?;
        Ok(())
    }

    fn write(&mut self, sink: &mut Self::Sink) -> anyhow::Result<()> {
        if self.columns.is_empty() {
            return Ok(());
        }

        let encoded = Bytes::from(std::mem::take(&mut self.encoded));
        let mut group = sink.next_row_group()?;
        for column in self.columns.drain(..) {
            group.append_column(&encoded, column)?;
        }
        group.close()?;
        self.encoded = encoded.into();
        Ok(())
    }

    fn finish(sink: &mut Self::Sink) -> anyhow::Result<()> {
        sink.finish()?;
        Ok(sink.inner_mut().flush()?)
    }
}
