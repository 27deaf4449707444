//! Rejected archives: each message names the archive, the location and the cause, and no file is
//! left.

use std::fs;

use relevance_data::archive::unpack;
use relevance_storage::error_chain;
use tar::EntryType;

use crate::support::{Tarball, assert_parts, base64, fake_database, gzip, listing, wrapped, write};

const NAME: &str = "some/db.sqlite.base64";
const LIMIT: u64 = 1 << 20;

/// Returns the error's message, and checks that no file is left.
#[track_caller]
fn rejection_below(limit: u64, archive: &[u8]) -> String {
    let (directory, archive) = write("a.tar.gz", archive);
    fs::create_dir(directory.path().join("in")).unwrap();
    let target = directory.path().join("in/db.sqlite");
    let error = unpack(&archive, &target, limit).unwrap_err();
    assert_eq!(listing(directory.path()), ["a.tar.gz", "in"]);
    assert!(listing(&directory.path().join("in")).is_empty());
    let message = error_chain(&error);
    assert_parts(&message, &["archive `", "a.tar.gz`"]);
    message
}

#[track_caller]
fn rejection(archive: &[u8]) -> String {
    rejection_below(LIMIT, archive)
}

#[test]
fn archive_without_a_file_is_rejected() {
    let metadata_alone = Tarball::new()
        .entry(EntryType::Directory, "some/", b"")
        .file("some/._db", "attributes")
        .gzip();
    for archive in [Tarball::new().gzip(), metadata_alone] {
        assert_parts(
            &rejection(&archive),
            &["no file", "a SQLite file or its base64 text"],
        );
    }
}

#[test]
fn second_file_is_rejected_by_name() {
    let text = base64(&fake_database(99));
    let archive = Tarball::new()
        .file(NAME, &text)
        .file("other/readme.txt", "hello")
        .gzip();
    assert_parts(
        &rejection(&archive),
        &["second file", "`other/readme.txt`", &format!("`{NAME}`")],
    );
}

#[test]
fn links_and_devices_are_rejected() {
    for (kind, cause) in [
        (EntryType::Symlink, "a symbolic link"),
        (EntryType::Link, "a hard link"),
        (EntryType::Char, "a device"),
        (EntryType::Block, "a device"),
        (EntryType::Fifo, "a pipe"),
        (EntryType::GNUSparse, "a sparse file"),
        (EntryType::new(b'Z'), "of an unknown kind"),
    ] {
        let archive = Tarball::new().entry(kind, NAME, b"").gzip();
        assert_parts(
            &rejection(&archive),
            &[
                &format!("entry `{NAME}` is {cause}"),
                "expected a plain file",
            ],
        );
    }
}

#[test]
fn path_that_leads_out_of_the_archive_is_rejected() {
    let text = base64(&fake_database(99));
    for path in [
        "../db",
        "a/../../db",
        "/a/../db",
        "..",
        "a\\..\\db",
        "__MACOSX/../._db",
    ] {
        let archive = Tarball::new().file(path, &text).gzip();
        let shown = path.escape_debug();
        assert_parts(
            &rejection(&archive),
            &[&format!("entry `{shown}`"), "`..` in its path"],
        );
    }

    let hidden = Tarball::new()
        .pax(&[("path", b"../../db")])
        .file("db", &text)
        .gzip();

    assert_parts(
        &rejection(&hidden),
        &["entry `../../db`", "`..` in its path"],
    );
}

/// Asserts that the text is rejected with line, byte and cause.
#[track_caller]
fn assert_base64_error(text: &str, line: u64, offset: u64, cause: &str) {
    let message = rejection(&Tarball::new().file(NAME, text).gzip());
    let location = format!("entry `{NAME}`: bad base64 in line {line}, at byte {offset}: ");
    assert_parts(&message, &[&location, cause]);
}

#[test]
fn unexpected_byte_in_base64_is_rejected_with_its_line() {
    let text = wrapped(&base64(&fake_database(300)), 76, "\n");
    let third_line = format!("{}!\n", wrapped(&text[..76], 30, "\n").trim_end());
    let url_safe_alphabet = format!("{}_", &text[..40]);

    assert_base64_error(&text.replacen('\n', "\n*", 1), 2, 77, "unexpected `*`");
    assert_base64_error(&third_line, 3, 78, "unexpected `!`");
    assert_base64_error(&url_safe_alphabet, 1, 40, "unexpected `_`");
    let control = text.replacen('\n', "\n\u{1}", 1);
    assert_base64_error(&control, 2, 77, "unexpected `\\x01`");
}

#[test]
fn wrong_end_of_base64_is_rejected_with_its_line() {
    let text = wrapped(&base64(&fake_database(300)), 76, "\n");
    let after_padding = format!("U1FM==\nAA{text}");
    let unpadded = wrapped(base64(&fake_database(200)).trim_end_matches('='), 76, "\n");

    assert_base64_error(&after_padding, 2, 7, "unexpected `A` after the padding");
    assert_base64_error("U1FM\n====\n", 2, 8, "wrong padding");
    assert_base64_error(&text[..77 + 17], 2, 93, "inside a group of four");
    assert_base64_error(&unpadded, 4, 269, "inside a group of four");
}

#[test]
fn error_after_the_first_chunk_has_its_line() {
    let mut text = wrapped(&base64(&fake_database(300_000)), 76, "\n");
    text.replace_range(77 * 3000 + 5..=77 * 3000 + 5, "%");
    let message = rejection(&Tarball::new().file(NAME, text).gzip());
    assert_parts(&message, &["in line 3001, at byte 231005: unexpected `%`"]);
}

#[test]
fn file_that_is_not_sqlite_is_rejected() {
    for content in [
        &b"SQLite"[..],
        b"PK\x03\x04 a spreadsheet of more than sixteen bytes",
    ] {
        let message = rejection(&Tarball::new().file(NAME, base64(content)).gzip());
        assert_parts(
            &message,
            &[
                &format!("entry `{NAME}`"),
                "not a SQLite database",
                "`SQLite format 3`",
            ],
        );
    }
}

#[test]
fn empty_file_is_rejected() {
    let message = rejection(&Tarball::new().file(NAME, "").gzip());
    assert_parts(&message, &[&format!("entry `{NAME}` is empty")]);
}

#[test]
fn file_of_another_kind_is_rejected_by_its_kind() {
    for (content, kind) in [
        ("text,class_label\nfire,1\n", "a CSV file"),
        ("{\"text\": \"fire\"}\n", "a JSON file"),
        ("PAR1", "a Parquet file"),
    ] {
        let message = rejection(&Tarball::new().file(NAME, content).gzip());
        let entry = format!("entry `{NAME}` is {kind}");
        assert_parts(&message, &[&entry, "extract it with `tar -xf`"]);
    }
}

#[test]
fn bytes_after_the_gzip_stream_are_rejected_as_such() {
    let whole = Tarball::new().file(NAME, base64(&fake_database(99))).gzip();
    for rest in [
        &b"x"[..],
        b"garbage after the end",
        &[0, 0, b'x'],
        &[0x1f, 0x8c, 1, 2],
    ] {
        let message = rejection(&[&whole, rest].concat());
        assert_parts(&message, &["bytes after its end"]);
        assert!(!message.contains("truncated"), "{message}");
    }
}

#[test]
fn truncated_gzip_is_rejected_and_leaves_no_file() {
    let archive = Tarball::new()
        .file(NAME, wrapped(&base64(&fake_database(30_000)), 76, "\n"))
        .gzip();
    // The last eight bytes are the checksum and the length.
    for length in [
        3,
        100,
        archive.len() / 2,
        archive.len() - 9,
        archive.len() - 1,
    ] {
        let message = rejection(&archive[..length]);
        assert_parts(&message, &["is truncated", "at byte"]);
    }
}

#[test]
fn truncated_tarball_in_a_whole_gzip_is_rejected() {
    let tarball = Tarball::new()
        .file(NAME, wrapped(&base64(&fake_database(30_000)), 76, "\n"))
        .tar();
    let message = rejection(&gzip(&tarball[..20_000]));

    assert_parts(
        &message,
        &[&format!(
            "entry `{NAME}` is truncated: it ends at byte 20000"
        )],
    );
}

#[test]
fn wrong_checksum_is_rejected() {
    let mut archive = Tarball::new()
        .file(NAME, base64(&fake_database(3000)))
        .gzip();
    let checksum = archive.len() - 8;
    archive[checksum] ^= 1;
    assert_parts(&rejection(&archive), &["cannot be read", "corrupt"]);
}

#[test]
fn file_that_is_no_gzip_or_no_tarball_is_rejected() {
    assert_parts(
        &rejection(b"plain text, whatever its name"),
        &["cannot be read at byte 0", "gzip"],
    );
    let message = rejection(&gzip(&[b'x'; 2000]));
    assert_parts(
        &message,
        &["cannot be read at byte 512", "no header of a tarball"],
    );
    assert!(!message.contains("xxx"), "{message}");
}

#[test]
fn database_above_the_limit_is_rejected() {
    let text = base64(&fake_database(2000));
    let message = rejection_below(1999, &Tarball::new().file(NAME, text).gzip());

    assert_parts(
        &message,
        &[
            &format!("entry `{NAME}`"),
            "more than 1999 bytes",
            "`max_unpacked_bytes`",
        ],
    );
}

#[test]
fn entry_with_a_stated_length_above_the_limit_is_rejected_unread() {
    let mut tarball = Tarball::new().file(NAME, "U1FM").tar();
    let mut header = tar::Header::from_byte_slice(&tarball[..512]).clone();
    header.set_size(1 << 40);
    header.set_cksum();
    tarball[..512].copy_from_slice(header.as_bytes());
    let message = rejection_below(1000, &gzip(&tarball));

    assert_parts(
        &message,
        &[&format!("entry `{NAME}`"), "more than 1000 bytes"],
    );
}

#[test]
fn tarball_that_is_large_outside_its_file_is_rejected() {
    let large = vec![0; 3 << 20];
    let before = Tarball::new()
        .file("._db", &large)
        .file(NAME, base64(&fake_database(99)));
    let after = Tarball::new()
        .file(NAME, base64(&fake_database(99)))
        .file(".DS_Store", &large);
    let mut behind_the_end = Tarball::new().file(NAME, base64(&fake_database(99))).tar();
    behind_the_end.extend(&large);

    for archive in [before.gzip(), after.gzip(), gzip(&behind_the_end)] {
        assert_parts(&rejection_below(1000, &archive), &["more than 1000 bytes"]);
    }
}

#[test]
fn extended_header_above_its_bound_is_rejected_unread() {
    let attributes = vec![b'a'; 2 << 20];
    let archive = Tarball::new()
        .pax(&[("comment", &attributes)])
        .file(NAME, base64(&fake_database(99)))
        .gzip();
    let message = rejection_below(1 << 30, &archive);
    assert_parts(&message, &["extended header", "longer than 1 MiB"]);
}

#[test]
fn missing_archive_is_rejected() {
    let directory = tempfile::tempdir().unwrap();
    let error = unpack(
        &directory.path().join("none.tar.gz"),
        &directory.path().join("db"),
        LIMIT,
    )
    .unwrap_err();

    assert_parts(
        &error_chain(&error),
        &["cannot open", "none.tar.gz", "No such file"],
    );
    assert!(listing(directory.path()).is_empty());
}

#[test]
fn target_in_a_missing_directory_is_rejected() {
    let (directory, archive) = write(
        "a.tar.gz",
        Tarball::new().file(NAME, base64(&fake_database(99))).gzip(),
    );
    let error = unpack(&archive, &directory.path().join("none/db"), LIMIT).unwrap_err();
    assert_parts(&error_chain(&error), &["none/db", "No such file"]);
}
