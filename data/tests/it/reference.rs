//! The embedded archive, and a larger one beside the repository on some machines.

use std::fs;
use std::path::{Path, PathBuf};

use relevance_data::archive::{pack, unpack};
use relevance_data::check::check_location;
use relevance_data::{
    Dataset, EMBEDDED, LabelSettings, SourceSettings, Split, SplitSettings, Undecided, open,
};

use crate::support::sha256;

/// SHA-256 of the embedded archive and of its database, as in `data/README.md`.
const EMBEDDED_ARCHIVE: &str = "6e4262382ccdea235fe33c0e0cf278387b9ef6c46097e2146b19c350ac6b19c1";
const EMBEDDED_DATABASE: &str = "fd10823b910e4c9365b54520fc89cdabfcae9d9e3efbcc9bb8da8f94e64e96c0";

/// SHA-256 of the larger archive's database.
const LARGER_DATABASE: &str = "0e7cc56461bc52dab89f2b2512135c47b8761f143b4557b281dd7cc1ac073628";

fn crate_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn embedded_archive_is_the_one_that_its_page_describes() {
    let archive = crate_file("db.sqlite.base64.tar.gz");
    assert_eq!(sha256(&fs::read(&archive).unwrap()), EMBEDDED_ARCHIVE);

    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("db.sqlite");
    let packed = directory.path().join("again.tar.gz");
    unpack(&archive, &database, 1 << 30).unwrap();
    assert_eq!(sha256(&fs::read(&database).unwrap()), EMBEDDED_DATABASE);

    pack(&database, &packed).unwrap();
    assert_eq!(fs::read(&packed).unwrap(), fs::read(&archive).unwrap());

    let page = fs::read_to_string(crate_file("README.md")).unwrap();
    assert!(page.contains(EMBEDDED_ARCHIVE) && page.contains(EMBEDDED_DATABASE));
}

#[test]
fn embedded_rows_are_checked_and_split() {
    let settings = SourceSettings::default();
    let report = check_location(EMBEDDED, &settings, &LabelSettings::default()).unwrap();
    assert_eq!(report.rows, 6000);
    assert_eq!(
        (
            report.labels.not_relevant,
            report.labels.relevant,
            report.labels.cant_decide
        ),
        (2671, 3273, 56)
    );
    assert_eq!((report.distinct_texts, report.empty_texts.total), (5990, 0));
    assert_eq!(report.disagreements.as_ref().unwrap().total, 0);
    assert!(report.is_trainable());

    let dataset = Dataset::read(
        open(EMBEDDED, &settings).unwrap().as_ref(),
        &LabelSettings::default(),
    )
    .unwrap();
    assert_eq!(dataset.source, "embedded");
    let rows = dataset.decided(Undecided::LeaveOut);
    let split = Split::new(&dataset, &rows, &SplitSettings::default(), None).unwrap();
    assert_eq!(
        split.train.len() + split.validation.len() + split.test.len(),
        5944
    );
}

/// `shared/data/` is not part of the repository: its archive may be read, but not distributed.
#[test]
fn larger_archive_reads_as_known_where_it_is_present() {
    let archive = crate_file("../../shared/data/assignment.db.sqlite.base64.tar.gz");
    if !archive.exists() {
        eprintln!("not run: {} is not there", archive.display());
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("db.sqlite");
    let unpacked = unpack(&archive, &database, 1 << 30).unwrap();
    assert!(unpacked.entry.ends_with("/Downloads/db.sqlite.base64"));
    assert_eq!(sha256(&fs::read(&database).unwrap()), LARGER_DATABASE);

    let location = archive.to_str().unwrap();
    let report = check_location(
        location,
        &SourceSettings::default(),
        &LabelSettings::default(),
    )
    .unwrap();
    assert_eq!(report.rows, 9282);
    assert_eq!(
        (
            report.labels.not_relevant,
            report.labels.relevant,
            report.labels.cant_decide
        ),
        (5396, 3874, 12)
    );
    assert_eq!(
        (
            report.distinct_texts,
            report.duplicates.total,
            report.conflicts.total
        ),
        (8716, 566, 72)
    );
    assert_eq!(report.lengths.unwrap().max, 157);
    assert_eq!(report.disagreements.unwrap().total, 0);
}
