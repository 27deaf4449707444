//! Row groups of Parquet, each encoded on the thread that scored its rows.

use std::io::Write;
use std::sync::Arc;

use anyhow::anyhow;
use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriter, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, Type as PhysicalType};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, SchemaDescriptor, Type, TypePtr};

/// An open Parquet file.
pub type ParquetSink = SerializedFileWriter<Box<dyn Write + Send>>;

/// Encoder of row groups of one schema.
#[derive(Debug)]
pub struct RowGroups {
    pub schema: SchemaRef,
    types: SchemaDescriptor,
    distinct: DistinctColumns,
    factory: ArrowRowGroupWriterFactory,
}

/// Columns whose values are mostly distinct, so that a dictionary costs more than it saves.
#[derive(Debug)]
pub struct DistinctColumns {
    /// The column of the texts, which has no statistics either.
    pub texts: ColumnPath,
    /// The other columns.
    pub others: Vec<ColumnPath>,
}

impl RowGroups {
    /// `source`: Parquet types of the first columns, which keep their annotations.
    pub fn new(
        schema: Schema,
        source: &[TypePtr],
        distinct: DistinctColumns,
    ) -> anyhow::Result<Self> {
        let schema = Arc::new(schema);
        let types = with_annotations(&ArrowSchemaConverter::new().convert(&schema)?, source)?;
        let (_, factory) = open(Vec::new(), &schema, &types, &distinct)?;
        Ok(Self {
            schema,
            types,
            distinct,
            factory,
        })
    }

    pub fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<ParquetSink> {
        Ok(open(file, &self.schema, &self.types, &self.distinct)?.0)
    }

    /// Encodes the rows as one row group; none of no rows.
    pub fn encode(&self, batch: &RecordBatch) -> anyhow::Result<Vec<ArrowColumnChunk>> {
        if batch.num_rows() == 0 {
            return Ok(Vec::new());
        }
        let mut writers = self.factory.create_column_writers(0)?;
        let mut next = writers.iter_mut();
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, array)? {
                let writer = next
                    .next()
                    .ok_or_else(|| anyhow!("a column has no writer"))?;
                writer.write(&leaf)?;
            }
        }
        let chunks = writers.into_iter().map(|writer| Ok(writer.close()?));
        chunks.collect()
    }
}

/// Writes a row group.
pub fn write(sink: &mut ParquetSink, chunks: Vec<ArrowColumnChunk>) -> anyhow::Result<()> {
    if chunks.is_empty() {
        return Ok(());
    }
    let mut group = sink.next_row_group()?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}

fn open<W: Write + Send>(
    file: W,
    schema: &SchemaRef,
    types: &SchemaDescriptor,
    distinct: &DistinctColumns,
) -> anyhow::Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory)> {
    let options = ArrowWriterOptions::new()
        .with_properties(properties(schema, distinct))
        .with_parquet_schema(types.clone());
    let writer = ArrowWriter::try_new_with_options(file, Arc::clone(schema), options)?;
    Ok(writer.into_serialized_writer()?)
}

fn properties(schema: &Schema, distinct: &DistinctColumns) -> WriterProperties {
    let notes = schema.metadata().iter();
    let notes = notes.map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(notes.collect()));

    for column in &distinct.others {
        properties = properties.set_column_dictionary_enabled(column.clone(), false);
    }
    properties
        .set_column_dictionary_enabled(distinct.texts.clone(), false)
        .set_column_statistics_enabled(distinct.texts.clone(), EnabledStatistics::None)
        .build()
}

/// Replaces simple types by those of the source that are stored in the same way, and may be annotated as JSON or UUID.
fn with_annotations(
    types: &SchemaDescriptor,
    source: &[TypePtr],
) -> anyhow::Result<SchemaDescriptor> {
    let fields = types.root_schema().get_fields();
    let chosen = fields.iter().enumerate().map(|(index, field)| {
        let original = source
            .get(index)
            .filter(|original| is_alike(original, field));
        Arc::clone(original.unwrap_or(field))
    });
    let root = Type::group_type_builder(types.root_schema().name())
        .with_fields(chosen.collect())
        .build()?;
    Ok(SchemaDescriptor::new(Arc::new(root)))
}

fn is_alike(original: &Type, new: &Type) -> bool {
    original.is_primitive()
        && new.is_primitive()
        && original.get_physical_type() == new.get_physical_type()
        && original.get_physical_type() != PhysicalType::INT96
        && original.get_basic_info().repetition() == new.get_basic_info().repetition()
}
