//! Column of a Parquet file, decoded in batches and rendered as text.

use std::fmt::{self, Write as _};

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type, Int96Type,
};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;

/// Column of a row group and its last decoded batch.
pub(super) struct ParquetColumn {
    values: Values,
    meaning: Meaning,
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
}

struct Typed<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
}

/// Meaning of a column's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Plain,
    Unsigned,
    /// Days since 1970-01-01.
    Date,
    /// Time since 1970-01-01T00:00:00, in UTC or in an unknown local time.
    Time {
        unit: TimeUnit,
        is_utc: bool,
    },
}

impl ParquetColumn {
    /// Opens the column; the error describes a type that is not supported.
    pub fn new(reader: ColumnReader, descriptor: &ColumnDescriptor) -> Result<Self, String> {
        let unsupported = || {
            let kind = descriptor.logical_type_ref().map_or_else(
                || {
                    format!(
                        "{:?} of {:?}",
                        descriptor.physical_type(),
                        descriptor.converted_type()
                    )
                },
                |kind| format!("{kind:?}"),
            );
            format!("holds {kind}; expected text, numbers, booleans, dates or timestamps")
        };

        let values = match reader {
            ColumnReader::BoolColumnReader(reader) => Values::Boolean(Typed::new(reader)),
            ColumnReader::Int32ColumnReader(reader) => Values::Int32(Typed::new(reader)),
            ColumnReader::Int64ColumnReader(reader) => Values::Int64(Typed::new(reader)),
            ColumnReader::Int96ColumnReader(reader) => Values::Int96(Typed::new(reader)),
            ColumnReader::FloatColumnReader(reader) => Values::Float(Typed::new(reader)),
            ColumnReader::DoubleColumnReader(reader) => Values::Double(Typed::new(reader)),
            ColumnReader::ByteArrayColumnReader(reader) => Values::Bytes(Typed::new(reader)),
            ColumnReader::FixedLenByteArrayColumnReader(_) => return Err(unsupported()),
        };

        Ok(Self {
            values,
            meaning: meaning(descriptor).ok_or_else(unsupported)?,
            max_definition_level: descriptor.max_def_level(),
            definition_levels: Vec::new(),
            indices: Vec::new(),
        })
    }

    /// Decodes up to `rows` rows and returns their number.
    pub fn read(&mut self, rows: usize) -> Result<usize, ParquetError> {
        let levels = &mut self.definition_levels;
        levels.clear();
        let rows = match &mut self.values {
            Values::Boolean(typed) => typed.read(rows, levels),
            Values::Int32(typed) => typed.read(rows, levels),
            Values::Int64(typed) => typed.read(rows, levels),
            Values::Int96(typed) => typed.read(rows, levels),
            Values::Float(typed) => typed.read(rows, levels),
            Values::Double(typed) => typed.read(rows, levels),
            Values::Bytes(typed) => typed.read(rows, levels),
        }?;

        let mut next = 0..;
        self.indices.clear();
        self.indices.extend((0..rows).map(|row| {
            let is_null = levels
                .get(row)
                .is_some_and(|level| *level < self.max_definition_level);
            if is_null { None } else { next.next() }
        }));
        Ok(rows)
    }

    /// Renders a row's value as text, with `rendered` as the buffer of other types; the error
    /// describes a bad value.
    pub fn render<'v>(
        &'v self,
        row: usize,
        is_label: bool,
        rendered: &'v mut String,
    ) -> Result<&'v str, &'static str> {
        let Some(index) = self.indices[row] else {
            return Ok("");
        };

        rendered.clear();
        match &self.values {
            Values::Bytes(typed) => {
                return typed.values[index].as_utf8().map_err(|_| "is not UTF-8");
            }
            Values::Boolean(typed) => write!(rendered, "{}", typed.values[index]),
            Values::Float(typed) => write_real(rendered, typed.values[index], is_label),
            Values::Double(typed) => write_real(rendered, typed.values[index], is_label),
            Values::Int32(typed) => {
                let number = typed.values[index];
                let is_unsigned = self.meaning == Meaning::Unsigned;
                let number = if is_unsigned {
                    number.cast_unsigned().into()
                } else {
                    number.into()
                };
                self.meaning.write(rendered, number)
            }
            Values::Int64(typed) => self.meaning.write(rendered, typed.values[index]),
            Values::Int96(typed) => {
                let meaning = Meaning::Time {
                    unit: TimeUnit::MICROS,
                    is_utc: false,
                };
                meaning.write(rendered, typed.values[index].to_micros())
            }
        }
        .map_err(|_| "is no date between the years -9999 and 9999")?;
        Ok(rendered)
    }
}

impl<T: DataType> Typed<T> {
    const fn new(reader: ColumnReaderImpl<T>) -> Self {
        Self {
            reader,
            values: Vec::new(),
        }
    }

    fn read(
        &mut self,
        rows: usize,
        definition_levels: &mut Vec<i16>,
    ) -> Result<usize, ParquetError> {
        self.values.clear();
        let (rows, ..) =
            self.reader
                .read_records(rows, Some(definition_levels), None, &mut self.values)?;
        Ok(rows)
    }
}

/// Writes a number, a whole label without a fraction: tables with missing values are often written
/// with 1.0 for 1.
fn write_real<T: fmt::Display + fmt::Debug>(
    rendered: &mut String,
    number: T,
    is_label: bool,
) -> fmt::Result {
    if is_label {
        write!(rendered, "{number}")
    } else {
        write!(rendered, "{number:?}")
    }
}

/// Returns the meaning of the column's values; none for a type that is not supported.
fn meaning(descriptor: &ColumnDescriptor) -> Option<Meaning> {
    let converted = descriptor.converted_type();
    Some(match descriptor.logical_type_ref() {
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Meaning::Plain,
        Some(LogicalType::Integer(integer)) if integer.is_signed => Meaning::Plain,
        Some(LogicalType::Integer(_)) => Meaning::Unsigned,
        Some(LogicalType::Date) => Meaning::Date,
        Some(LogicalType::Timestamp(time)) => Meaning::Time {
            unit: time.unit,
            is_utc: time.is_adjusted_to_u_t_c,
        },
        Some(_) => return None,
        None => match converted {
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Meaning::Unsigned,
            ConvertedType::DATE => Meaning::Date,
            ConvertedType::TIMESTAMP_MILLIS => Meaning::Time {
                unit: TimeUnit::MILLIS,
                is_utc: true,
            },
            ConvertedType::TIMESTAMP_MICROS => Meaning::Time {
                unit: TimeUnit::MICROS,
                is_utc: true,
            },
            ConvertedType::NONE
            | ConvertedType::UTF8
            | ConvertedType::ENUM
            | ConvertedType::JSON
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64 => Meaning::Plain,
            _ => return None,
        },
    })
}

impl Meaning {
    /// Writes a number by its meaning: dates and times in ISO 8601, with an equal number of digits
    /// in a column.
    fn write(self, rendered: &mut String, number: i64) -> fmt::Result {
        match self {
            Self::Plain => write!(rendered, "{number}"),
            Self::Unsigned => write!(rendered, "{}", number.cast_unsigned()),
            Self::Date => {
                let days = Span::new().try_days(number);
                let day = days
                    .and_then(|days| date(1970, 1, 1).checked_add(days))
                    .map_err(|_| fmt::Error)?;
                write!(rendered, "{day}")
            }
            Self::Time { unit, is_utc } => write_time(rendered, number, unit, is_utc),
        }
    }
}

fn write_time(rendered: &mut String, number: i64, unit: TimeUnit, is_utc: bool) -> fmt::Result {
    let (time, digits) = match unit {
        TimeUnit::MILLIS => (Timestamp::from_millisecond(number), 3),
        TimeUnit::MICROS => (Timestamp::from_microsecond(number), 6),
        TimeUnit::NANOS => (Timestamp::from_nanosecond(number.into()), 9),
    };
    let time = time.map_err(|_| fmt::Error)?;

    if is_utc {
        write!(rendered, "{time:.digits$}")
    } else {
        write!(rendered, "{:.digits$}", TimeZone::UTC.to_datetime(time))
    }
}
