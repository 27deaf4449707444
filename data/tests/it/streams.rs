//! Streams, which can be read only once, and paths that are not UTF-8.
#![cfg(unix)]

use std::ffi::OsString;
use std::io::Write as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, thread};

use relevance_data::check::check_location;
use relevance_data::{LabelSettings, SourceSettings, open};

use crate::compression::zip;
use crate::support::{assert_parts, gzip, rows, source_error, write};

const CSV: &str = "text,label\nfire,1\n\"calm, quiet\",0\n";

/// Calls `read` with the path of a pipe that another thread fills with `content`.
fn with_pipe<T>(name: &str, content: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());

    thread::scope(|scope| {
        scope.spawn(|| fs::write(&path, content).unwrap());
        read(&path)
    })
}

#[test]
fn pipe_is_read_whole_whatever_its_format() {
    let settings = SourceSettings::default();
    let json = "{\"text\": \"fire\", \"label\": 1}\n{\"text\": \"calm, quiet\", \"label\": 0}\n";
    for (name, content) in [
        ("pipe", CSV.as_bytes().to_vec()),
        ("pipe.csv", CSV.as_bytes().to_vec()),
        ("pipe", gzip(CSV.as_bytes())),
        ("pipe", json.into()),
    ] {
        let rows = with_pipe(name, &content, |path| rows(path, &settings));
        let texts: Vec<_> = rows.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(texts, ["fire", "calm, quiet"], "{name}");
    }
}

#[test]
fn link_to_a_descriptor_is_read_whole() {
    let large = format!("text,label\n{}", "fire near the mill,1\n".repeat(40_000));
    let mut echo = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, output) = (echo.stdin.take().unwrap(), echo.stdout.take().unwrap());

    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("s.csv");
    std::os::unix::fs::symlink(format!("/dev/fd/{}", output.as_raw_fd()), &link).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || input.write_all(large.as_bytes()).unwrap());
        assert_eq!(rows(&link, &SourceSettings::default()).len(), 40_000);
    });
    drop(output);
    echo.wait().unwrap();
}

#[test]
fn stream_is_read_several_times_while_it_is_open() {
    for content in [CSV.as_bytes().to_vec(), zip(&[("a.csv", CSV.as_bytes())])] {
        let report = with_pipe("pipe", &content, |path| {
            check_location(path, &SourceSettings::default(), &LabelSettings::default()).unwrap()
        });
        assert_eq!(report.rows, 2);
    }

    with_pipe("pipe", CSV.as_bytes(), |path| {
        let source = open(path, &SourceSettings::default()).unwrap();
        for _ in 0..2 {
            let mut number = 0;
            source
                .read(&mut |_| {
                    number += 1;
                    Ok(())
                })
                .unwrap();
            assert_eq!(number, 2);
        }
    });
}

#[test]
fn stream_of_an_unknown_kind_is_an_error_of_its_content() {
    let settings = SourceSettings::default();
    for (content, parts) in [
        (
            &b"a,b\n1,2\n"[..],
            &["no text column", "`--text-column`"][..],
        ),
        (b"", &["is empty"]),
        (
            b"text,label\ncaf\xe9,1\n",
            &["line 2, byte 15", "--encoding"],
        ),
    ] {
        let message = with_pipe("pipe", content, |path| source_error(path, &settings));
        assert_parts(&message, parts);
    }
}

#[test]
fn path_that_is_not_utf8_is_read() {
    let (directory, path) = write("a.csv", CSV);
    let odd = directory
        .path()
        .join(OsString::from_vec(b"d\xff.csv".to_vec()));
    fs::rename(path, &odd).unwrap();
    assert_eq!(rows(&odd, &SourceSettings::default()).len(), 2);
}
