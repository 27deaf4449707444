//! Meaning of a Parquet column's values, and the text of each kind.

use std::fmt::{self, Write as _};

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as PhysicalType};
use parquet::schema::types::ColumnDescriptor;

/// Meaning of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, numbers and booleans.
    Plain,
    Unsigned,
    Float16,
    /// Whole number with that many digits after the point.
    Decimal {
        scale: usize,
    },
    /// Days since 1970-01-01.
    Date,
    /// Time since 1970-01-01T00:00:00, in UTC or in an unknown local time.
    Time {
        unit: TimeUnit,
        is_utc: bool,
    },
}

impl Kind {
    /// Returns the kind of the column; the error describes one that is not supported.
    pub fn from_descriptor(descriptor: &ColumnDescriptor) -> Result<Self, String> {
        let kind = match descriptor.logical_type_ref() {
            Some(logical) => Self::from_logical(logical),
            None => Self::from_converted(descriptor),
        };
        let kind = match (kind, descriptor.physical_type()) {
            (Ok(Self::Plain), PhysicalType::FIXED_LEN_BYTE_ARRAY) => Err("bytes"),
            (kind, _) => kind,
        };
        kind.map_err(|name| {
            format!("holds {name}; expected text, numbers, booleans, dates or timestamps")
        })
    }

    fn from_logical(logical: &LogicalType) -> Result<Self, &'static str> {
        Ok(match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json | LogicalType::Unknown => {
                Self::Plain
            }
            LogicalType::Integer(integer) if integer.is_signed => Self::Plain,
            LogicalType::Integer(_) => Self::Unsigned,
            LogicalType::Float16 => Self::Float16,
            LogicalType::Decimal(decimal) => Self::decimal(decimal.scale)?,
            LogicalType::Date => Self::Date,
            LogicalType::Timestamp(time) => Self::Time {
                unit: time.unit,
                is_utc: time.is_adjusted_to_u_t_c,
            },
            LogicalType::Time(_) => return Err("times of day"),
            LogicalType::Uuid => return Err("UUIDs"),
            LogicalType::Bson => return Err("BSON"),
            LogicalType::List => return Err("lists"),
            LogicalType::Map => return Err("maps"),
            _ => return Err("values of another type"),
        })
    }

    fn from_converted(descriptor: &ColumnDescriptor) -> Result<Self, &'static str> {
        Ok(match descriptor.converted_type() {
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Self::Unsigned,
            ConvertedType::DECIMAL => Self::decimal(descriptor.type_scale())?,
            ConvertedType::DATE => Self::Date,
            ConvertedType::TIMESTAMP_MILLIS => Self::Time {
                unit: TimeUnit::MILLIS,
                is_utc: true,
            },
            ConvertedType::TIMESTAMP_MICROS => Self::Time {
                unit: TimeUnit::MICROS,
                is_utc: true,
            },
            ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS => {
                return Err("times of day");
            }
            ConvertedType::INTERVAL => return Err("intervals"),
            ConvertedType::BSON => return Err("BSON"),
            _ => Self::Plain,
        })
    }

    fn decimal(scale: i32) -> Result<Self, &'static str> {
        /// Maximum number of digits of a decimal.
        const MAX_SCALE: usize = 38;
        match usize::try_from(scale) {
            Ok(scale) if scale <= MAX_SCALE => Ok(Self::Decimal { scale }),
            _ => Err("decimals of more than 38 digits"),
        }
    }

    /// Writes a number by its meaning: dates and times in ISO 8601, with an equal number of digits
    /// in a column.
    pub fn write(self, rendered: &mut String, number: i64) -> fmt::Result {
        match self {
            Self::Plain | Self::Float16 => write!(rendered, "{number}"),
            Self::Unsigned => write!(rendered, "{}", number.cast_unsigned()),
            Self::Decimal { scale } => write_decimal(rendered, number.into(), scale),
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

/// Writes a decimal with all its digits after the point.
pub(super) fn write_decimal(rendered: &mut String, number: i128, scale: usize) -> fmt::Result {
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let (sign, point) = (
        if number < 0 { "-" } else { "" },
        if scale > 0 { "." } else { "" },
    );
    write!(rendered, "{sign}{whole}{point}{fraction}")
}

/// Returns the number that big-endian bytes in two's complement stand for; none if it has too many
/// digits.
pub(super) fn big_endian(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { 0xff };
    let extra = bytes.len().saturating_sub(size_of::<i128>());
    let (extra, kept) = bytes.split_at(extra);

    let mut number = [sign; size_of::<i128>()];
    let start = number.len() - kept.len();
    number[start..].copy_from_slice(kept);
    let is_extension = extra.iter().all(|&byte| byte == sign) && (number[0] ^ sign) & 0x80 == 0;
    is_extension.then(|| i128::from_be_bytes(number))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_all_their_digits() {
        for (number, scale, want) in [
            (1, 0, "1"),
            (100, 2, "1.00"),
            (5, 3, "0.005"),
            (-5, 1, "-0.5"),
            (-1234, 2, "-12.34"),
            (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
        ] {
            let mut text = String::new();
            write_decimal(&mut text, number, scale).unwrap();
            assert_eq!(text, want);
        }
    }

    #[test]
    fn bytes_are_numbers_in_twos_complement() {
        for (bytes, want) in [
            (&[1_u8][..], Some(1)),
            (&[0xff], Some(-1)),
            (&[0, 0xff], Some(255)),
            (&[0xff; 20], Some(-1)),
            (&[0; 20], Some(0)),
            (&[1; 17], None),
            (&[], None),
        ] {
            assert_eq!(big_endian(bytes), want, "{bytes:?}");
        }
        let mut above = [0; 17];
        above[1] = 0x80;
        assert_eq!(big_endian(&above), None);
    }
}
