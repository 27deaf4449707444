//! Accepted archives, and packing what was unpacked.

use std::fs;

use proptest::prelude::*;
use relevance_data::archive::{Unpacked, pack, unpack};
use tar::EntryType;

use crate::support::{
    Tarball, assert_parts, base64, fake_database, gzip, listing, sqlite, wrapped, write,
};

const NAME: &str = "Users/a.person/Downloads/db.sqlite.base64";
const LIMIT: u64 = 1 << 30;

fn unpacked(archive: &[u8]) -> (Unpacked, Vec<u8>) {
    let (directory, archive) = write("a.tar.gz", archive);
    let target = directory.path().join("db.sqlite");
    let unpacked = unpack(&archive, &target, LIMIT).unwrap();
    assert_eq!(listing(directory.path()), ["a.tar.gz", "db.sqlite"]);
    (unpacked, fs::read(target).unwrap())
}

#[test]
fn base64_is_accepted_wrapped_or_not() {
    // Longer than a decoded chunk.
    for length in [16, 57, 58, 59, 200_000] {
        let database = fake_database(length);
        let text = base64(&database);
        for (name, text) in [
            ("one line", text.clone()),
            ("one ended line", format!("{text}\n")),
            ("line feeds", wrapped(&text, 76, "\n")),
            (
                "carriage returns and line feeds",
                wrapped(&text, 64, "\r\n"),
            ),
            ("odd lines and empty ones", wrapped(&text, 7, "\n\n")),
            (
                "indented lines",
                format!("\t{}", wrapped(&text, 76, " \n    ")),
            ),
        ] {
            let (got, bytes) = unpacked(&Tarball::new().file(NAME, text).gzip());
            assert!(bytes == database, "{name}, {length}");
            assert_eq!(
                got,
                Unpacked {
                    entry: NAME.to_owned(),
                    bytes: length as u64
                }
            );
        }
    }
}

#[test]
fn database_itself_is_accepted() {
    for length in [16, 1 << 16, 200_000] {
        let database = fake_database(length);
        let (got, bytes) = unpacked(&Tarball::new().file("my.db", &database).gzip());
        assert!(bytes == database, "{length}");
        assert_eq!(got.bytes, length as u64);
    }
}

#[test]
fn padding_and_further_members_of_the_gzip_stream_are_accepted() {
    let database = fake_database(5000);
    let tarball = Tarball::new().file(NAME, base64(&database)).tar();
    let (first, second) = tarball.split_at(1000);
    let parts = [gzip(first), gzip(b""), gzip(second)].concat();

    for zeros in [0, 1, 100_000] {
        let padded = [&*parts, &vec![0; zeros]].concat();
        assert_eq!(unpacked(&padded).1, database, "{zeros}");
    }
}

#[test]
fn metadata_and_directories_beside_the_file_are_skipped() {
    let database = fake_database(500);
    let archive = Tarball::new()
        .entry(
            EntryType::XGlobalHeader,
            "pax_global_header",
            b"19 comment=abcdefg\n",
        )
        .entry(EntryType::Directory, "Users/", b"")
        .file("Users/._db.sqlite.base64", "Mac OS X attributes")
        .pax(&[
            ("LIBARCHIVE.xattr.com.apple.quarantine", b"0081;5e16a12c"),
            ("mtime", b"1.5"),
        ])
        .file(NAME, base64(&database))
        .file("Users/.DS_Store", "Bud1")
        .file("__MACOSX/Users/db.sqlite.base64", "more attributes")
        .gzip();
    let (got, bytes) = unpacked(&archive);

    assert_eq!(got.entry, NAME);
    assert_eq!(bytes, database);
}

#[test]
fn any_path_inside_the_tarball_is_accepted() {
    let database = fake_database(99);
    let long = format!("{}db.txt", "a very long directory/".repeat(9));

    for (name, tarball) in [
        ("db", Tarball::new().file("db", base64(&database))),
        (
            "./db..base64",
            Tarball::new().file("./db..base64", base64(&database)),
        ),
        (
            "/Users/a/db",
            Tarball::new().file("/Users/a/db", base64(&database)),
        ),
        (
            &long,
            Tarball::new().long_named_file(&long, &base64(&database)),
        ),
        (
            "dürr/db",
            Tarball::new()
                .pax(&[("path", "dürr/db".as_bytes())])
                .file("x", base64(&database)),
        ),
    ] {
        let (got, bytes) = unpacked(&tarball.gzip());
        assert_eq!(got.entry, name);
        assert_eq!(bytes, database, "{name}");
    }
}

#[test]
fn target_that_exists_is_replaced() {
    let archive = Tarball::new().file(NAME, base64(&fake_database(99))).gzip();
    let (directory, archive) = write("a.tar.gz", archive);
    let target = directory.path().join("db.sqlite");
    fs::write(&target, "something older").unwrap();
    unpack(&archive, &target, LIMIT).unwrap();
    assert_eq!(fs::read(&target).unwrap(), fake_database(99));
}

#[test]
fn database_of_exactly_the_limit_is_unpacked() {
    let (directory, archive) = write(
        "a.tar.gz",
        Tarball::new()
            .file(NAME, base64(&fake_database(1000)))
            .gzip(),
    );
    let target = directory.path().join("db.sqlite");

    assert_eq!(unpack(&archive, &target, 1000).unwrap().bytes, 1000);

    let message = unpack(&archive, &target, 999).unwrap_err().to_string();
    assert_parts(&message, &["more than 999 bytes"]);
}

#[test]
fn packed_archive_has_one_plain_entry_and_no_trace_of_time_or_owner() {
    let (directory, database) = write("my.db", fake_database(1000));
    let archive = directory.path().join("a.tar.gz");
    pack(&database, &archive).unwrap();
    let bytes = fs::read(&archive).unwrap();

    assert_eq!(bytes[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);

    let mut tarball = tar::Archive::new(flate2::read::GzDecoder::new(&*bytes));
    let mut entries = tarball.entries().unwrap();
    let mut entry = entries.next().unwrap().unwrap();
    assert_eq!(entry.path_bytes(), "db.sqlite.base64".as_bytes());

    let header = entry.header();
    assert_eq!(
        (
            header.mode().unwrap(),
            header.uid().unwrap(),
            header.gid().unwrap()
        ),
        (0o644, 0, 0)
    );
    assert_eq!(
        (header.mtime().unwrap(), header.entry_type()),
        (0, EntryType::Regular)
    );

    let text = std::io::read_to_string(&mut entry).unwrap();
    assert_eq!(text, wrapped(&base64(&fake_database(1000)), 76, "\n"));
    assert!(entries.next().is_none());
}

#[test]
fn packing_what_was_unpacked_gives_the_same_archive() {
    let (directory, database) =
        sqlite("CREATE TABLE data (text, choose_one); INSERT INTO data VALUES ('fire', 1)");
    let path = |name: &str| directory.path().join(name);
    pack(&database, &path("1.tar.gz")).unwrap();
    unpack(&path("1.tar.gz"), &path("2.db"), LIMIT).unwrap();
    pack(&path("2.db"), &path("2.tar.gz")).unwrap();

    assert_eq!(
        fs::read(&database).unwrap(),
        fs::read(path("2.db")).unwrap()
    );
    assert_eq!(
        fs::read(path("1.tar.gz")).unwrap(),
        fs::read(path("2.tar.gz")).unwrap()
    );
}

#[test]
fn only_a_settled_sqlite_file_is_packed() {
    let (directory, file) = write("notes.txt", "not a database");
    let archive = directory.path().join("a.tar.gz");
    assert_parts(
        &pack(&file, &archive).unwrap_err().to_string(),
        &["notes.txt", "SQLite format 3"],
    );

    let (directory_of_database, database) = write("my.db", fake_database(100));
    fs::write(directory_of_database.path().join("my.db-wal"), "changes").unwrap();
    assert_parts(
        &pack(&database, &archive).unwrap_err().to_string(),
        &["my.db`", "my.db-wal`"],
    );

    let missing = directory.path().join("missing.db");
    assert_parts(
        &pack(&missing, &archive).unwrap_err().to_string(),
        &["cannot open", "missing.db"],
    );
    assert_eq!(listing(directory.path()), ["notes.txt"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_packed_unpacks_to_the_same_bytes(rest in proptest::collection::vec(any::<u8>(), 0..70_000)) {
        let database = [b"SQLite format 3\0", &*rest].concat();
        let (directory, path) = write("my.db", &database);
        let archive = directory.path().join("a.tar.gz");
        let target = directory.path().join("back.db");
        pack(&path, &archive).unwrap();
        let unpacked = unpack(&archive, &target, database.len() as u64).unwrap();
        prop_assert_eq!(unpacked.bytes, database.len() as u64);
        prop_assert!(fs::read(&target).unwrap() == database);
    }

    #[test]
    fn torn_or_changed_archive_never_panics_nor_leaves_a_partial_file(
        cut in 0..2000_usize, offset in 0..2000_usize, flip in any::<u8>(),
    ) {
        let mut archive = Tarball::new().file(NAME, wrapped(&base64(&fake_database(3000)), 76, "\n")).gzip();
        let offset = offset % archive.len();
        archive[offset] ^= flip;
        archive.truncate(archive.len() - cut % archive.len());
        let (directory, archive) = write("a.tar.gz", archive);
        let target = directory.path().join("db.sqlite");

        if unpack(&archive, &target, LIMIT).is_err() {
            prop_assert_eq!(listing(directory.path()), ["a.tar.gz"]);
        }
    }
}
