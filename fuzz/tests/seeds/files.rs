//! Seeds of binary files: the byte of their settings, then the content.

use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use relevance_data::archive::pack;
use relevance_export::{features_model, inline_functions, text_model, to_bytes};
use relevance_pipeline::TokenCharacters;
use relevance_storage::TemporaryFolder;
use rusqlite::Connection;
use tar::{Builder, Header};

use crate::Seed;
use relevance_fuzz::pipeline::pipeline;

/// A table with every storage class.
const TABLE: &str = "CREATE TABLE data (text TEXT, choose_one TEXT, extra);
    INSERT INTO data VALUES ('the river rises', 'Relevant', 1), ('a sunny day', 'Not Relevant', 2.5),
        ('maybe', 'Can''t Decide', NULL), (NULL, NULL, 'x');";

fn with(setting: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    [&[setting], content.as_ref()].concat()
}

/// Returns a database with the smallest pages.
fn database(statements: &str) -> Vec<u8> {
    let folder = TemporaryFolder::create().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!("PRAGMA page_size = 512; {statements}"))
        .unwrap();
    drop(connection);
    fs::read(path).unwrap()
}

pub(super) fn sqlite() -> Vec<Seed> {
    let view = "CREATE TABLE rows (a TEXT, b INTEGER); INSERT INTO rows VALUES ('fire', 1), ('sun', 0);
        CREATE VIEW data AS SELECT a AS text, CASE b WHEN 1 THEN 'Relevant' ELSE 'Not Relevant' END AS choose_one FROM rows;";
    let indexed = "CREATE TABLE data (text TEXT PRIMARY KEY, choose_one TEXT, extra AS (length(text))) WITHOUT ROWID;
        INSERT INTO data (text, choose_one) VALUES ('fire', 'Relevant'), ('sun', 'Not Relevant');";
    vec![
        ("table", with(0, database(TABLE))),
        ("query", with(1, database(TABLE))),
        ("further_column", with(2, database(TABLE))),
        ("view", with(0, database(view))),
        ("without_rowid", with(2, database(indexed))),
    ]
}

pub(super) fn archives() -> Vec<Seed> {
    let database = database(
        "CREATE TABLE data (text TEXT, choose_one TEXT); INSERT INTO data VALUES ('fire', 'Relevant');",
    );
    let folder = TemporaryFolder::create().unwrap();
    let [path, archive] = ["a.db", "a.tar.gz"].map(|name| folder.path().join(name));
    fs::write(&path, &database).unwrap();
    pack(&path, &archive).unwrap();

    vec![
        ("packed", with(0, fs::read(archive).unwrap())),
        ("tarball", with(1, tarball("db.sqlite", &database))),
        (
            "long_name",
            with(
                2,
                tarball(&format!("{}/db.sqlite", "a".repeat(120)), &database),
            ),
        ),
        ("base64", with(3, STANDARD.encode(&database))),
        ("database", with(3, &database)),
    ]
}

fn tarball(name: &str, content: &[u8]) -> Vec<u8> {
    let mut tarball = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    tarball.append_data(&mut header, name, content).unwrap();
    tarball.into_inner().unwrap()
}

pub(super) fn models() -> Vec<Seed> {
    let pipeline = pipeline(TokenCharacters::Ascii);
    let text = text_model(&pipeline);
    vec![
        ("features", to_bytes(&features_model(&pipeline))),
        ("inlined", to_bytes(&inline_functions(&text).unwrap())),
        ("text", to_bytes(&text)),
    ]
}

pub(super) fn parquet() -> Vec<Seed> {
    let flat = "optional binary text (UTF8); optional binary label (UTF8); required int64 extra;";
    let nested = "optional group data { optional binary text (UTF8); } optional binary label (UTF8); required int64 extra;";
    vec![
        (
            "flat",
            with(0, parquet_file(flat, Compression::UNCOMPRESSED)),
        ),
        ("snappy", with(2, parquet_file(flat, Compression::SNAPPY))),
        (
            "nested",
            with(1, parquet_file(nested, Compression::UNCOMPRESSED)),
        ),
    ]
}

fn parquet_file(schema: &str, compression: Compression) -> Vec<u8> {
    let schema = parse_message_type(&format!("message rows {{ {schema} }}")).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_created_by("seeds".to_owned())
        .build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties)).unwrap();

    for texts in [["fire", "flood"], ["sunny day", "fire"]] {
        let mut group = writer.next_row_group().unwrap();
        for values in [texts, ["Relevant", "Not Relevant"]] {
            let values = values.map(ByteArray::from);
            let mut column = group.next_column().unwrap().unwrap();
            let levels = [column
                .typed::<ByteArrayType>()
                .get_descriptor()
                .max_def_level(); 2];
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
            column.close().unwrap();
        }
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&[1, -2], None, None)
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}
