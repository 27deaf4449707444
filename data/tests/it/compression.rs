//! Compressed files: the same rows as from plain ones, limits and damage.

use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use relevance_data::{SourceSettings, open};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Tarball, assert_parts, gzip, rows, source_error, sqlite, write};

const CSV: &str = "text,label\nfire secret,1\n\"calm\nquiet\",0\n";
const JSON_LINES: &str =
    "{\"text\": \"fire secret\", \"label\": 1}\n\n{\"text\": \"calm\\nquiet\", \"label\": 0}\n";

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 0).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Returns a zip file of the members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Name of a stream format's ending, and its encoder.
type Format = (&'static str, fn(&[u8]) -> Vec<u8>);

const STREAMS: [Format; 4] = [
    (".gz", gzip),
    (".zst", zstandard),
    (".bz2", bzip2),
    (".xz", xz),
];

fn settings() -> SourceSettings {
    SourceSettings::default()
}

#[track_caller]
fn assert_read(path: &Path) {
    let rows = rows(path, &settings());
    let want = [("fire secret", "1"), ("calm\nquiet", "0")];
    let got: Vec<_> = rows
        .iter()
        .map(|(text, label, _)| (text.as_str(), label.as_str()))
        .collect();
    assert_eq!(got, want, "{}", path.display());
}

#[test]
fn compressed_files_are_read_by_their_content() {
    for (ending, encode) in STREAMS {
        for (name, content) in [
            (format!("a.csv{ending}"), CSV),
            (format!("a.jsonl{ending}"), JSON_LINES),
            (format!("a{ending}"), CSV),
            (format!("a{ending}"), JSON_LINES),
            ("misnamed.csv".to_owned(), CSV),
            ("a.jsonl".to_owned(), JSON_LINES),
        ] {
            let (_directory, path) = write(&name, encode(content.as_bytes()));
            assert_read(&path);
        }
    }
}

#[test]
fn concatenated_gzip_members_are_one_file() {
    let (first, second) = CSV.split_at(20);
    let bytes = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let (_directory, path) = write("a.csv.gz", bytes);
    assert_read(&path);
}

#[test]
fn zeros_behind_a_gzip_file_are_its_padding_and_other_bytes_are_an_error() {
    let whole = gzip(CSV.as_bytes());
    let padded = [&whole[..], &[0; 700]].concat();
    let (_directory, path) = write("a.csv.gz", &padded);
    assert_read(&path);

    let (_directory, path) = write("a.csv.gz", [&padded[..], b"garbage"].concat());
    let message = source_error(&path, &settings());
    assert_parts(
        &message,
        &[
            "a.csv.gz`, gzip data",
            "bytes after the end of the gzip stream",
        ],
    );
}

#[test]
fn compressions_around_one_another_are_all_unpacked() {
    let csv = CSV.as_bytes();
    for (name, content) in [
        ("a.csv.gz", gzip(&gzip(csv))),
        ("a.csv.gz.zst", zstandard(&gzip(csv))),
        ("a.zip", zip(&[("a.csv.gz", &gzip(csv))])),
        ("a.zip", zip(&[("b.zip", &zip(&[("a.csv", csv)]))])),
        ("a.zip.gz", gzip(&zip(&[("a.csv", csv)]))),
        ("a.csv", xz(&bzip2(&zstandard(&gzip(csv))))),
    ] {
        let (_directory, path) = write(name, content);
        assert_read(&path);
    }

    let mut content = csv.to_vec();
    for _ in 0..5 {
        content = gzip(&content);
    }
    let (_directory, path) = write("a.csv.gz", content);
    assert_parts(
        &source_error(&path, &settings()),
        &[
            "a.csv.gz` is a file in more than four compressions",
            "unpack it",
        ],
    );
}

#[test]
fn tarball_is_read_from_another_compression() {
    let (_directory, database) = sqlite(
        "CREATE TABLE data (text, label);
         INSERT INTO data VALUES ('fire secret', 1), ('calm' || char(10) || 'quiet', 0)",
    );
    let tarball = gzip(
        &Tarball::new()
            .file("my.db", std::fs::read(&database).unwrap())
            .tar(),
    );
    for (name, content) in [
        ("a.zip", zip(&[("a.tar.gz", &tarball)])),
        ("a.zip", zip(&[("a", &tarball)])),
        ("a.tar.gz.zst", zstandard(&tarball)),
        ("a.gz", gzip(&tarball)),
    ] {
        let (_directory, path) = write(name, content);
        assert_read(&path);
    }
}

#[test]
fn zstandard_with_a_window_over_the_limit_is_not_called_damaged() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(CSV.as_bytes()).unwrap();
    let (_directory, path) = write("a.csv.zst", encoder.finish().unwrap());
    let message = source_error(&path, &settings());
    assert_parts(
        &message,
        &[
            "a.csv.zst`, Zstandard data",
            "larger than 128 MiB",
            "--long",
        ],
    );
}

#[test]
fn database_is_read_from_a_compressed_file_too() {
    let (_directory, database) = sqlite(
        "CREATE TABLE data (text, label);
         INSERT INTO data VALUES ('fire secret', 1), ('calm' || char(10) || 'quiet', 0)",
    );
    let bytes = std::fs::read(&database).unwrap();
    let (_compressed_directory, compressed) = write("my.db.gz", gzip(&bytes));
    assert_read(&compressed);
}

#[test]
fn one_member_of_a_zip_file_is_read() {
    let csv = CSV.as_bytes();
    for (name, members) in [
        ("a.zip", &[("folder/a.csv", csv)][..]),
        ("a.csv.zip", &[("a.csv", csv), ("__MACOSX/._a.csv", b"x")]),
        ("a.zip", &[("a.jsonl", JSON_LINES.as_bytes())]),
        ("a.zip", &[("a", csv)]),
    ] {
        let (_directory, path) = write(name, zip(members));
        assert_read(&path);
    }

    for (members, parts) in [
        (
            &[("a.csv", csv), ("b.csv", csv)][..],
            ["it holds 2 files, as `a.csv` and `b.csv`", "unpack it"],
        ),
        (&[(".hidden", csv)], ["zip data", "it holds no file"]),
        (
            &[("xl/workbook.xml", b"")],
            ["is an Excel workbook", "save it as CSV"],
        ),
    ] {
        let (_directory, path) = write("a.zip", zip(members));
        assert_parts(&source_error(&path, &settings()), &parts);
    }
}

#[test]
fn truncated_or_damaged_file_is_an_error_without_its_text() {
    // Incompressible, so that the formats have several blocks.
    let mut state = 1_u32;
    let mut line = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        format!("fire secret {state:x},1\n")
    };
    let csv: String = (0..50_000).map(|_| line()).collect();
    let csv = format!("text,label\n{csv}");

    let whole = STREAMS.map(|(ending, encode)| (ending, encode(csv.as_bytes())));
    let zip = [(".zip", zip(&[("a.csv", csv.as_bytes())]))];
    for (ending, bytes) in whole.into_iter().chain(zip) {
        let name = format!("a.csv{ending}");
        for length in [bytes.len() / 2, bytes.len() - 9, bytes.len() - 1] {
            let (_directory, path) = write(&name, &bytes[..length]);
            let message = source_error(&path, &settings());
            assert_parts(&message, &[&name, "data: "]);
            assert!(!message.contains("secret"), "{message}");
        }

        let mut damaged = bytes.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x55;
        let (_directory, path) = write(&name, damaged);
        let message = source_error(&path, &settings());
        assert_parts(&message, &[&name, "data: "]);
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn content_that_a_damaged_compression_changed_is_not_blamed() {
    let csv = format!("text,label\n{}", "fire,1\n".repeat(1000));
    let json = r#"{"text": "fire", "label": 1}"#.to_owned() + "\n";
    for (name, text, byte, other) in [
        ("a.csv.gz", &csv, b'f', b','),
        ("a.csv.gz", &csv, b'f', 0xff),
        ("a.csv.gz", &csv, b'x', b'y'),
        ("a.jsonl.gz", &json.repeat(1000), b'}', b']'),
    ] {
        // Not compressed, so that the content is in the file as it is, behind two headers.
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::none());
        encoder.write_all(text.as_bytes()).unwrap();
        let mut bytes = encoder.finish().unwrap();
        let header = 15;
        let changed = bytes[header..].iter().position(|&each| each == byte);
        bytes[header + changed.unwrap()] = other;

        let (_directory, path) = write(name, bytes);
        let message = source_error(&path, &settings());
        assert_parts(&message, &[name, "gzip data: the file is damaged"]);
    }
}

#[test]
fn content_above_the_limit_is_an_error_with_the_setting() {
    let csv = format!("text,label\n{}", "fire,1\n".repeat(100_000));
    let small = SourceSettings {
        max_unpacked_bytes: 500_000,
        ..settings()
    };
    let exact = SourceSettings {
        max_unpacked_bytes: csv.len() as u64,
        ..settings()
    };

    let whole = STREAMS.map(|(ending, encode)| (ending, encode(csv.as_bytes())));
    let zip = [(".zip", zip(&[("a.csv", csv.as_bytes())]))];
    for (ending, bytes) in whole.into_iter().chain(zip) {
        let (_directory, path) = write(&format!("a.csv{ending}"), bytes);
        assert_parts(
            &source_error(&path, &small),
            &[
                "more than 500000 bytes",
                "`max_unpacked_bytes`",
                "`--max-unpacked-bytes`",
            ],
        );
        assert_eq!(rows(&path, &exact).len(), 100_000);
    }
}

#[test]
fn tarball_of_another_compression_is_told() {
    let tar = Tarball::new().file("a.csv", CSV).tar();
    for (name, bytes) in [
        ("a.tar.zst", zstandard(&tar)),
        ("a.tar.bz2", bzip2(&tar)),
        ("a.tar", tar.clone()),
    ] {
        let (_directory, path) = write(name, bytes);
        assert_parts(
            &source_error(&path, &settings()),
            &[
                "is a tar archive that is not compressed by gzip",
                "unpack it",
            ],
        );
    }

    let (_directory, path) = write("a.csv.gz", gzip(&tar));
    let message = open(&path, &settings()).and_then(|source| source.read(&mut |_| Ok(())));
    assert!(message.unwrap_err().to_string().starts_with("archive `"));
}
