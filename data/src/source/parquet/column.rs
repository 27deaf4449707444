//! Column of a Parquet file, decoded in batches and rendered as text.

use std::fmt::{self, Write as _};

use parquet::basic::TimeUnit;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
    Int64Type, Int96Type,
};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;

use super::kind::{Kind, big_endian, write_decimal};

/// Column of a row group and its last decoded batch.
pub(super) struct ParquetColumn {
    values: Values,
    kind: Kind,
    max_definition_level: i16,
    definition_levels: Vec<i16>,
    /// Index of each row's value, none for NULL: `[batch]`.
    indices: Vec<Option<usize>>,
}

/// Values of a batch without its NULLs, by physical type.
enum Values {
    Boolean(Typed<BoolType>),
    Int32(Typed<Int32Type>),
    Int64(Typed<Int64Type>),
    Int96(Typed<Int96Type>),
    Float(Typed<FloatType>),
    Double(Typed<DoubleType>),
    Bytes(Typed<ByteArrayType>),
    Fixed(Typed<FixedLenByteArrayType>),
}

struct Typed<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
}

impl ParquetColumn {
    /// Opens the column; the error describes a type that is not supported.
    pub fn new(reader: ColumnReader, descriptor: &ColumnDescriptor) -> Result<Self, String> {
        let values = match reader {
            ColumnReader::BoolColumnReader(reader) => Values::Boolean(Typed::new(reader)),
            ColumnReader::Int32ColumnReader(reader) => Values::Int32(Typed::new(reader)),
            ColumnReader::Int64ColumnReader(reader) => Values::Int64(Typed::new(reader)),
            ColumnReader::Int96ColumnReader(reader) => Values::Int96(Typed::new(reader)),
            ColumnReader::FloatColumnReader(reader) => Values::Float(Typed::new(reader)),
            ColumnReader::DoubleColumnReader(reader) => Values::Double(Typed::new(reader)),
            ColumnReader::ByteArrayColumnReader(reader) => Values::Bytes(Typed::new(reader)),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                Values::Fixed(Typed::new(reader))
            }
        };

        Ok(Self {
            values,
            kind: Kind::from_descriptor(descriptor)?,
            max_definition_level: descriptor.max_def_level(),
            definition_levels: Vec::new(),
            indices: Vec::new(),
        })
    }

    /// Decodes up to `rows` rows and returns their number; a damaged file may have fewer values than
    /// rows that are not NULL, which is an error.
    pub fn read(&mut self, rows: usize) -> Result<usize, ParquetError> {
        let levels = &mut self.definition_levels;
        levels.clear();
        let (rows, values) = match &mut self.values {
            Values::Boolean(typed) => typed.read(rows, levels),
            Values::Int32(typed) => typed.read(rows, levels),
            Values::Int64(typed) => typed.read(rows, levels),
            Values::Int96(typed) => typed.read(rows, levels),
            Values::Float(typed) => typed.read(rows, levels),
            Values::Double(typed) => typed.read(rows, levels),
            Values::Bytes(typed) => typed.read(rows, levels),
            Values::Fixed(typed) => typed.read(rows, levels),
        }?;

        let mut next = 0..;
        self.indices.clear();
        self.indices.extend((0..rows).map(|row| {
            let is_null = levels
                .get(row)
                .is_some_and(|level| *level < self.max_definition_level);
            if is_null { None } else { next.next() }
        }));
        if next.start > values {
            return Err(ParquetError::EOF("a value is missing".to_owned()));
        }
        Ok(rows)
    }

    /// Renders a row's value as text, with `rendered` as the buffer of other types; the error
    /// describes a bad value.
    pub fn render<'v>(
        &'v self,
        row: usize,
        rendered: &'v mut String,
    ) -> Result<&'v str, &'static str> {
        let Some(index) = self.indices[row] else {
            return Ok("");
        };

        rendered.clear();
        match &self.values {
            Values::Bytes(typed) => match self.kind {
                Kind::Decimal { scale } => {
                    render_decimal(typed.values[index].data(), scale, rendered)?;
                    Ok(())
                }
                _ => return typed.values[index].as_utf8().map_err(|_| "is not UTF-8"),
            },
            Values::Fixed(typed) => {
                render_fixed(typed.values[index].data(), self.kind, rendered)?;
                Ok(())
            }
            Values::Boolean(typed) => write!(rendered, "{}", typed.values[index]),
            Values::Float(typed) => write_real(rendered, typed.values[index]),
            Values::Double(typed) => write_real(rendered, typed.values[index]),
            Values::Int32(typed) => {
                let number = typed.values[index];
                let is_unsigned = self.kind == Kind::Unsigned;
                let number = if is_unsigned {
                    number.cast_unsigned().into()
                } else {
                    number.into()
                };
                self.kind.write(rendered, number)
            }
            Values::Int64(typed) => self.kind.write(rendered, typed.values[index]),
            Values::Int96(typed) => {
                let kind = Kind::Time {
                    unit: TimeUnit::MICROS,
                    is_utc: false,
                };
                kind.write(rendered, typed.values[index].to_micros())
            }
        }
        .map_err(|_| "is not a date between the years -9999 and 9999")?;
        Ok(rendered)
    }
}

fn render_decimal(bytes: &[u8], scale: usize, rendered: &mut String) -> Result<(), &'static str> {
    let number = big_endian(bytes).ok_or("is a decimal of more than 38 digits")?;
    write_decimal(rendered, number, scale).map_err(|_| "is not a decimal")
}

fn render_fixed(bytes: &[u8], kind: Kind, rendered: &mut String) -> Result<(), &'static str> {
    match (kind, bytes) {
        (Kind::Decimal { scale }, _) => render_decimal(bytes, scale, rendered),
        (Kind::Float16, &[low, high]) => {
            let number = half::f16::from_le_bytes([low, high]).to_f32();
            write_real(rendered, number).map_err(|_| "is not a number")
        }
        _ => Err("is not a number"),
    }
}

impl<T: DataType> Typed<T> {
    const fn new(reader: ColumnReaderImpl<T>) -> Self {
        Self {
            reader,
            values: Vec::new(),
        }
    }

    /// Decodes up to `rows` rows and returns their number and that of their values.
    fn read(
        &mut self,
        rows: usize,
        definition_levels: &mut Vec<i16>,
    ) -> Result<(usize, usize), ParquetError> {
        self.values.clear();
        let levels = Some(definition_levels);
        let (rows, ..) = self
            .reader
            .read_records(rows, levels, None, &mut self.values)?;
        Ok((rows, self.values.len()))
    }
}

/// Writes a number; NaN is a missing value.
fn write_real<T: Into<f64> + Copy + fmt::Debug>(rendered: &mut String, number: T) -> fmt::Result {
    if number.into().is_nan() {
        return Ok(());
    }
    write!(rendered, "{number:?}")
}
