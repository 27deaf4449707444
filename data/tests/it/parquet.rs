//! Parquet files from the library's own writer, valid and invalid.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, Int32Type,
    Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use relevance_data::{DataError, SourceSettings, open};
use relevance_storage::error_chain;
use tempfile::TempDir;

use crate::support::assert_parts;

/// Number, text, label and further columns of a row.
pub type Read = (u64, String, String, Vec<String>);

pub fn file(
    schema: &str,
    compression: Compression,
    write: impl FnOnce(&mut SerializedFileWriter<File>),
) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.parquet");
    let schema = Arc::new(parse_message_type(&format!("message rows {{ {schema} }}")).unwrap());
    let properties = Arc::new(
        WriterProperties::builder()
            .set_compression(compression)
            .build(),
    );
    let mut writer =
        SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
    write(&mut writer);
    writer.close().unwrap();

    (directory, path)
}

/// Writes the group's next column; `None` is NULL.
pub fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[Option<T::T>],
) {
    let mut column = group.next_column().unwrap().unwrap();
    let levels: Vec<_> = values
        .iter()
        .map(|value| i16::from(value.is_some()))
        .collect();
    let values: Vec<_> = values.iter().flatten().cloned().collect();
    column
        .typed::<T>()
        .write_batch(&values, Some(&levels), None)
        .unwrap();
    column.close().unwrap();
}

pub fn bytes(value: &str) -> ByteArray {
    ByteArray::from(value)
}

/// Writes two row groups of text, label and two further columns, one of them not needed.
fn plain(compression: Compression) -> (TempDir, PathBuf) {
    let schema = "OPTIONAL BYTE_ARRAY unused; OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL INT64 class_label; \
                  OPTIONAL BYTE_ARRAY user (UTF8);";
    file(schema, compression, |writer| {
        for rows in [
            [("fire", Some(1), "ann"), ("größer", Some(0), "bob")],
            [("", Some(2), "cy"), ("fire", None, "")],
        ] {
            let mut group = writer.next_row_group().unwrap();
            column::<ByteArrayType>(&mut group, &[None, Some(bytes("\u{1}"))]);
            column::<ByteArrayType>(&mut group, &rows.map(|row| Some(bytes(row.0))));
            column::<Int64Type>(&mut group, &rows.map(|row| row.1));
            column::<ByteArrayType>(
                &mut group,
                &rows.map(|row| (!row.2.is_empty()).then(|| bytes(row.2))),
            );
            group.close().unwrap();
        }
    })
}

pub fn read(path: &Path, columns: &[&str]) -> Result<Vec<Read>, DataError> {
    let columns = columns.iter().map(ToString::to_string).collect();
    let settings = SourceSettings {
        columns,
        ..SourceSettings::default()
    };
    let mut rows = Vec::new();
    open(path.to_str().unwrap(), &settings)?.read(&mut |row| {
        let columns = row.columns.iter().map(ToString::to_string).collect();
        rows.push((
            row.number,
            row.text.to_owned(),
            row.label.to_owned(),
            columns,
        ));
        Ok(())
    })?;

    Ok(rows)
}

#[track_caller]
pub fn assert_error(path: &Path, columns: &[&str], parts: &[&str]) {
    assert_parts(&error_chain(&read(path, columns).unwrap_err()), parts);
}

#[test]
fn row_groups_are_read_in_order_whatever_their_compression() {
    let row = |number, text: &str, label: &str, user: &str| {
        (
            number,
            text.to_owned(),
            label.to_owned(),
            vec![user.to_owned()],
        )
    };
    let want = [
        row(1, "fire", "1", "ann"),
        row(2, "größer", "0", "bob"),
        row(3, "", "2", "cy"),
        row(4, "fire", "", ""),
    ];

    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(BrotliLevel::default()),
    ] {
        let (directory, path) = plain(compression);
        assert_eq!(read(&path, &["user"]).unwrap(), want, "{compression}");
        let renamed = directory.path().join("no ending");
        std::fs::rename(&path, &renamed).unwrap();
        assert_eq!(
            read(&renamed, &["user"]).unwrap(),
            want,
            "content decides before the name"
        );
    }
}

#[test]
fn more_rows_than_are_decoded_at_once_keep_their_order() {
    let rows = 5000_u32;
    let schema = "REQUIRED BYTE_ARRAY text (UTF8); OPTIONAL INT32 class_label;";
    let (_directory, path) = file(schema, Compression::SNAPPY, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let mut texts = group.next_column().unwrap().unwrap();
        let values: Vec<_> = (0..rows)
            .map(|row| ByteArray::from(format!("text {row}").as_str()))
            .collect();
        texts
            .typed::<ByteArrayType>()
            .write_batch(&values, None, None)
            .unwrap();
        texts.close().unwrap();
        let labels: Vec<_> = (0..rows).map(|row| (row % 3 > 0).then_some(1)).collect();
        column::<Int32Type>(&mut group, &labels);
        group.close().unwrap();
    });
    let read = read(&path, &[]).unwrap();

    assert_eq!(read.len(), rows as usize);

    for (row, (number, text, label, _)) in (0_u32..).zip(read) {
        assert_eq!((number, text), (u64::from(row) + 1, format!("text {row}")));
        assert_eq!(label, if row % 3 > 0 { "1" } else { "" });
    }
}

#[test]
fn numbers_dates_and_times_are_written_so_that_they_sort() {
    let schema = "OPTIONAL BYTE_ARRAY text; OPTIONAL DOUBLE class_label; OPTIONAL DOUBLE rate; OPTIONAL BOOLEAN seen; \
                  OPTIONAL INT32 day (DATE); OPTIONAL INT64 at (TIMESTAMP(MICROS,true)); \
                  OPTIONAL INT64 local (TIMESTAMP(NANOS,false)); OPTIONAL INT32 small (INTEGER(32,false)); \
                  OPTIONAL INT64 large (INTEGER(64,false));";
    let (_directory, path) = file(schema, Compression::UNCOMPRESSED, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &[Some(bytes("fire"))]);
        column::<DoubleType>(&mut group, &[Some(1.0)]);
        column::<DoubleType>(&mut group, &[Some(1.0)]);
        column::<BoolType>(&mut group, &[Some(true)]);
        column::<Int32Type>(&mut group, &[Some(-1)]);
        column::<Int64Type>(&mut group, &[Some(1_700_000_000_500_000)]);
        column::<Int64Type>(&mut group, &[Some(1)]);
        column::<Int32Type>(&mut group, &[Some(-1)]);
        column::<Int64Type>(&mut group, &[Some(-1)]);
        group.close().unwrap();
    });
    let rows = read(
        &path,
        &["rate", "seen", "day", "at", "local", "small", "large"],
    )
    .unwrap();

    assert_eq!(rows[0].2, "1.0");
    assert_eq!(
        rows[0].3,
        [
            "1.0",
            "true",
            "1969-12-31",
            "2023-11-14T22:13:20.500000Z",
            "1970-01-01T00:00:00.000000001",
            "4294967295",
            "18446744073709551615",
        ]
    );
}

#[test]
fn column_that_is_missing_nested_or_no_text_is_refused_by_name() {
    let (_directory, path) = plain(Compression::UNCOMPRESSED);
    assert_error(
        &path,
        &["town"],
        &[
            "a.parquet`, schema: no column `town`",
            "`unused`, `text`, `class_label`, `user`",
        ],
    );
    let schema = "OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL INT32 class_label; \
                  OPTIONAL GROUP address { OPTIONAL BYTE_ARRAY town (UTF8); } OPTIONAL FIXED_LEN_BYTE_ARRAY (16) key (UUID);";
    let (_directory, path) = file(schema, Compression::UNCOMPRESSED, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &[Some(ByteArray::from(&b"\xff"[..]))]);
        column::<Int32Type>(&mut group, &[Some(1)]);
        column::<ByteArrayType>(&mut group, &[None]);
        column::<FixedLenByteArrayType>(&mut group, &[None]);
        group.close().unwrap();
    });
    assert_error(
        &path,
        &["address"],
        &[
            "schema: the column `address` is a struct",
            "`--column`: `address.town`",
        ],
    );
    assert_error(
        &path,
        &["key"],
        &["schema: the column `key` holds UUIDs; expected text"],
    );
    assert_error(&path, &[], &["row 1: the text is not UTF-8"]);
}

#[test]
fn date_beyond_the_calendar_is_refused_with_its_row() {
    let schema =
        "OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL INT32 class_label; OPTIONAL INT32 day (DATE);";
    let (_directory, path) = file(schema, Compression::UNCOMPRESSED, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &[Some(bytes("a")), Some(bytes("b"))]);
        column::<Int32Type>(&mut group, &[Some(1), Some(1)]);
        column::<Int32Type>(&mut group, &[Some(0), Some(i32::MAX)]);
        group.close().unwrap();
    });
    assert_error(&path, &["day"], &["row 2: the column `day` is not a date"]);
}

/// Writes a file of texts with their labels.
pub fn labelled(rows: &[(&str, i32)]) -> (TempDir, PathBuf) {
    let schema = "OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL INT32 class_label;";
    file(schema, Compression::SNAPPY, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let (texts, labels): (Vec<_>, Vec<_>) = rows
            .iter()
            .map(|row| (Some(bytes(row.0)), Some(row.1)))
            .unzip();
        column::<ByteArrayType>(&mut group, &texts);
        column::<Int32Type>(&mut group, &labels);
        group.close().unwrap();
    })
}

#[test]
fn column_with_fewer_values_than_its_levels_state_is_damaged() {
    /// Length of the levels, a run of eight that are 1, and a run of one that is 0.
    const LEVELS: [u8; 8] = [4, 0, 0, 0, 8 << 1, 1, 1 << 1, 0];

    let schema = "OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL BOOLEAN class_label;";
    let (_directory, path) = file(schema, Compression::UNCOMPRESSED, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &vec![Some(bytes("fire")); 9]);
        let labels: Vec<_> = (0..9).map(|row| Some(true).filter(|_| row < 8)).collect();
        column::<BoolType>(&mut group, &labels);
        group.close().unwrap();
    });
    assert_eq!(read(&path, &[]).unwrap().len(), 9);

    let mut content = std::fs::read(&path).unwrap();
    let levels = content.windows(8).position(|window| window == LEVELS);
    content[levels.unwrap() + 7] = 1;
    std::fs::write(&path, content).unwrap();
    assert_error(&path, &[], &["a.parquet`, data: ", "damaged or truncated"]);
}

proptest! {
    #[test]
    fn damaged_file_is_read_or_refused(offset in 0_usize..1400, byte: u8, cut in prop::option::of(0_usize..1400)) {
        let (_directory, path) = plain(Compression::SNAPPY);
        let mut bytes = std::fs::read(&path).unwrap();
        let length = bytes.len();
        bytes[offset % length] = byte;
        bytes.truncate(cut.unwrap_or(length));
        std::fs::write(&path, bytes).unwrap();

        match read(&path, &["user"]) {
            Ok(rows) => prop_assert!((1..).zip(&rows).all(|(number, row)| row.0 == number)),
            Err(error) => prop_assert!(error_chain(&error).contains("a.parquet`"), "{error:?}"),
        }
    }
}
