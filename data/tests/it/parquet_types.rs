//! Types, structs, lists and folders of Parquet files.

use std::fs;
use std::path::{Path, PathBuf};

use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type, Int64Type,
};
use relevance_data::{SourceSettings, open};
use relevance_storage::error_chain;
use tempfile::TempDir;

use crate::parquet::{assert_error, bytes, column, file, labelled, read};
use crate::support::{assert_parts, write};

fn fixed(bytes: &[u8]) -> FixedLenByteArray {
    ByteArray::from(bytes.to_vec()).into()
}

#[test]
fn numbers_booleans_and_missing_values_are_text() {
    let schema = "OPTIONAL INT64 text; OPTIONAL BOOLEAN class_label; OPTIONAL DOUBLE double; \
                  OPTIONAL FLOAT float; OPTIONAL FIXED_LEN_BYTE_ARRAY (2) half (FLOAT16);";
    let (_directory, path) = file(schema, Compression::SNAPPY, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<Int64Type>(&mut group, &[Some(112), Some(-1), None]);
        column::<BoolType>(&mut group, &[Some(true), Some(false), None]);
        column::<DoubleType>(&mut group, &[Some(1.0), Some(f64::NAN), None]);
        column::<FloatType>(&mut group, &[Some(0.1), Some(f32::NAN), None]);
        let halves = [Some(fixed(&[0, 0x3c])), Some(fixed(&[0, 0x7e])), None];
        column::<FixedLenByteArrayType>(&mut group, &halves);
        group.close().unwrap();
    });
    let rows = read(&path, &["double", "float", "half"]).unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&*row.1, &*row.2, row.3.join(" ")))
        .collect();

    assert_eq!(
        rows,
        [
            ("112", "true", "1.0 0.1 1.0".to_owned()),
            ("-1", "false", "  ".to_owned()),
            ("", "", "  ".to_owned()),
        ]
    );
}

#[test]
fn decimals_have_all_their_digits_whatever_their_storage() {
    let schema = "OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL INT32 class_label (DECIMAL(3,2)); \
                  OPTIONAL INT64 long (DECIMAL(12,0)); \
                  OPTIONAL FIXED_LEN_BYTE_ARRAY (16) fixed (DECIMAL(38,3)); \
                  OPTIONAL BYTE_ARRAY bytes (DECIMAL(20,1));";
    let (_directory, path) = file(schema, Compression::UNCOMPRESSED, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &[Some(bytes("a")), Some(bytes("b"))]);
        column::<Int32Type>(&mut group, &[Some(100), Some(-1)]);
        column::<Int64Type>(&mut group, &[Some(-7), Some(0)]);
        let values = [(-1_i128).to_be_bytes(), 12_345_i128.to_be_bytes()];
        column::<FixedLenByteArrayType>(&mut group, &values.map(|value| Some(fixed(&value))));
        let values = [vec![0x01, 0x00], vec![0xff; 17]];
        column::<ByteArrayType>(&mut group, &values.map(|value| Some(value.into())));
        group.close().unwrap();
    });
    let rows = read(&path, &["long", "fixed", "bytes"]).unwrap();

    assert_eq!((&*rows[0].2, &*rows[1].2), ("1.00", "-0.01"));
    assert_eq!(rows[0].3, ["-7", "-0.001", "25.6"]);
    assert_eq!(rows[1].3, ["0", "12.345", "-0.1"]);
}

/// Returns the error of reading with a text column.
fn error_of(path: &Path, text_column: &str) -> String {
    let settings = SourceSettings {
        text_column: Some(text_column.to_owned()),
        ..SourceSettings::default()
    };
    let source = open(path.to_str().unwrap(), &settings).unwrap();
    error_chain(&source.read(&mut |_| Ok(())).unwrap_err())
}

#[test]
fn column_inside_a_struct_is_found_by_its_path() {
    let schema = "OPTIONAL GROUP data { OPTIONAL BYTE_ARRAY text (UTF8); OPTIONAL BYTE_ARRAY id (UTF8); } \
                  OPTIONAL INT32 class_label; OPTIONAL BYTE_ARRAY data.id (UTF8);";
    let (_directory, path) = file(schema, Compression::SNAPPY, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let mut texts = group.next_column().unwrap().unwrap();
        // The second text is NULL, and the third struct.
        let levels = [2, 1, 0];
        texts
            .typed::<ByteArrayType>()
            .write_batch(&[bytes("fire")], Some(&levels), None)
            .unwrap();
        texts.close().unwrap();
        let mut ids = group.next_column().unwrap().unwrap();
        ids.typed::<ByteArrayType>()
            .write_batch(&[bytes("in")], Some(&levels), None)
            .unwrap();
        ids.close().unwrap();
        column::<Int32Type>(&mut group, &[Some(1), Some(0), Some(0)]);
        column::<ByteArrayType>(&mut group, &["x", "y", "z"].map(|id| Some(bytes(id))));
        group.close().unwrap();
    });

    let settings = SourceSettings {
        text_column: Some("data.text".to_owned()),
        columns: vec!["data.id".to_owned()],
        ..SourceSettings::default()
    };
    let mut rows = Vec::new();
    let source = open(path.to_str().unwrap(), &settings).unwrap();
    source
        .read(&mut |row| {
            rows.push((row.text.to_owned(), row.columns[0].to_string()));
            Ok(())
        })
        .unwrap();
    let want = [("fire", "x"), ("", "y"), ("", "z")];
    assert_eq!(rows, want.map(|(a, b)| (a.to_owned(), b.to_owned())));

    assert_parts(
        &error_of(&path, "data"),
        &[
            "the text is a struct",
            "with `--text-column`: `data.id`, `data.text`",
        ],
    );
}

#[test]
fn lists_are_refused_by_name() {
    let schema = "OPTIONAL GROUP tags (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } } \
                  OPTIONAL INT32 class_label;";
    let (_directory, path) = file(schema, Compression::SNAPPY, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let mut tags = group.next_column().unwrap().unwrap();
        tags.typed::<ByteArrayType>()
            .write_batch(&[bytes("a"), bytes("b")], Some(&[3, 3]), Some(&[0, 1]))
            .unwrap();
        tags.close().unwrap();
        column::<Int32Type>(&mut group, &[Some(1)]);
        group.close().unwrap();
    });
    assert_parts(
        &error_of(&path, "tags"),
        &["schema: the text is a list; expected one value per row"],
    );
}

/// Writes parts of one row, and other files, into a folder called `data.parquet`.
fn folder(parts: &[(&str, &str)], others: &[&str]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("data.parquet");
    fs::create_dir(&folder).unwrap();
    for (name, text) in parts {
        let (_directory, part) = labelled(&[(text, 1), ("calm", 0)]);
        fs::copy(part, folder.join(name)).unwrap();
    }
    for name in others {
        fs::write(folder.join(name), "no data").unwrap();
    }
    (directory, folder)
}

#[test]
fn parts_of_a_folder_are_read_in_the_order_of_their_names() {
    let parts = [
        ("part-00001-b.snappy.parquet", "second"),
        ("part-00000", "first"),
        ("x.PARQUET", "third"),
    ];
    let others = [
        "_SUCCESS",
        "_metadata",
        ".part-00000.parquet.crc",
        "part-2.txt",
    ];
    let (_directory, folder) = folder(&parts, &others);
    let source = open(folder.to_str().unwrap(), &SourceSettings::default()).unwrap();
    let mut rows = Vec::new();
    source
        .read(&mut |row| {
            let file = row.file.unwrap().to_owned();
            rows.push((row.number, file, row.text.to_owned(), row.place()));
            Ok(())
        })
        .unwrap();

    assert_eq!(source.name(), folder.display().to_string());
    let texts: Vec<_> = rows.iter().map(|row| &*row.2).collect();
    assert_eq!(texts, ["first", "calm", "second", "calm", "third", "calm"]);
    assert_eq!((rows[2].0, &*rows[2].1), (3, "part-00001-b.snappy.parquet"));
    assert_eq!(rows[2].3, "row 3 of all, in `part-00001-b.snappy.parquet`");
}

#[test]
fn folders_of_a_partitioned_table_are_columns() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("table");
    for (folder, text) in [
        ("label=spam/day=2026-02-01", "second"),
        ("label=not%20spam/day=2026-01-31", "first"),
        ("label=__HIVE_DEFAULT_PARTITION__/day=2026-01-31", "none"),
        ("_temporary/label=spam", "not data"),
        ("notes", "not data"),
    ] {
        let schema = "OPTIONAL BYTE_ARRAY text (UTF8);";
        let (_directory, part) = file(schema, Compression::SNAPPY, |writer| {
            let mut group = writer.next_row_group().unwrap();
            column::<ByteArrayType>(&mut group, &[Some(bytes(text)), None]);
            group.close().unwrap();
        });
        fs::create_dir_all(root.join(folder)).unwrap();
        fs::copy(part, root.join(folder).join("part-0.parquet")).unwrap();
    }
    fs::write(root.join("_SUCCESS"), "").unwrap();

    let row = |number, text: &str, label: &str, day: &str| {
        (
            number,
            text.to_owned(),
            label.to_owned(),
            vec![day.to_owned()],
        )
    };
    let want = [
        row(1, "none", "", "2026-01-31"),
        row(2, "", "", "2026-01-31"),
        row(3, "first", "not spam", "2026-01-31"),
        row(4, "", "not spam", "2026-01-31"),
        row(5, "second", "spam", "2026-02-01"),
        row(6, "", "spam", "2026-02-01"),
    ];
    assert_eq!(read(&root, &["day"]).unwrap(), want);
    let one = read(&root.join("label=spam/day=2026-02-01"), &["day"]).unwrap();
    assert_eq!(
        one,
        [
            row(1, "second", "spam", "2026-02-01"),
            row(2, "", "spam", "2026-02-01")
        ]
    );

    let pattern = root.join("label=*/*/*.parquet");
    assert_eq!(read(&pattern, &["day"]).unwrap(), want);
}

#[test]
fn a_column_of_a_file_is_not_that_of_its_folder() {
    let (_directory, part) = labelled(&[("fire", 1), ("calm", 0)]);
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("class_label=7");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("a.parquet");
    fs::copy(part, &path).unwrap();

    let rows = read(&path, &[]).unwrap();
    let labels: Vec<_> = rows.iter().map(|row| row.2.as_str()).collect();
    assert_eq!(labels, ["1", "0"]);
}

#[test]
fn damaged_part_of_a_folder_is_named() {
    let (_directory, folder) = folder(&[("a.parquet", "first")], &["b.parquet"]);
    let source = open(folder.to_str().unwrap(), &SourceSettings::default()).unwrap();
    let message = error_chain(&source.read(&mut |_| Ok(())).unwrap_err());
    assert_parts(
        &message,
        &["data.parquet/b.parquet` is no Parquet file", "`PAR1`"],
    );
}

#[test]
fn file_with_the_ending_that_is_no_parquet_is_told() {
    for (content, parts) in [
        (
            "text,class_label\nfire,1\n",
            ["text, not a Parquet file", "`.csv`"],
        ),
        ("", ["a.parquet`", "is empty"]),
    ] {
        let (_directory, path) = write("a.parquet", content);
        assert_error(&path, &[], &parts);
    }
    for content in ["PAR1", "PAR1 and more than eight bytes PAR1"] {
        let (_directory, path) = write("a.parquet", content);
        assert_error(&path, &[], &["a.parquet`, data: ", "damaged or truncated"]);
    }
}
