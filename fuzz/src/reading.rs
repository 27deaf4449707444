//! Reading of a table, and the properties that hold for every source.

use std::path::Path;

use relevance_data::{
    DataError, Dataset, LabelSettings, Source, SourceSettings, Undecided, Unlabelled, open,
};
use relevance_storage::error_chain;

/// A row with copies of its values.
#[derive(Debug, PartialEq)]
pub(crate) struct ReadRow {
    number: u64,
    line: Option<u64>,
    text: String,
    label: String,
    columns: Vec<String>,
}

/// The rows of a source up to its end or an error.
#[derive(Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) rows: Vec<ReadRow>,
    /// The error's message.
    pub(crate) end: Result<(), String>,
}

/// Reads a table and checks that it is read the same way again, that its rows are numbered, and that
/// the rows of its data set and those that are left out add up.
pub(crate) fn check_table(path: &Path, settings: &SourceSettings) -> Reading {
    let source = match open(path, settings) {
        Ok(source) => source,
        Err(error) => return failed(&error),
    };

    let reading = read(&*source);
    assert_eq!(read(&*source), reading, "the second reading differs");
    check_numbers(&reading);
    check_counts(&*source, &reading);
    reading
}

fn failed(error: &DataError) -> Reading {
    Reading {
        rows: Vec::new(),
        end: Err(error_chain(error)),
    }
}

fn read(source: &dyn Source) -> Reading {
    let mut rows = Vec::new();
    let end = source.read(&mut |row| {
        rows.push(ReadRow {
            number: row.number,
            line: row.line,
            text: row.text.to_owned(),
            label: row.label.to_owned(),
            columns: row.columns.iter().map(ToString::to_string).collect(),
        });
        Ok(())
    });
    let end = end.map_err(|error| error_chain(&error));
    Reading { rows, end }
}

/// Checks that rows count from 1, and that no row begins on a line before that of its predecessor.
fn check_numbers(reading: &Reading) {
    for (row, number) in reading.rows.iter().zip(1..) {
        assert_eq!(row.number, number, "the rows are not numbered in order");
    }
    let lines = reading.rows.iter().map(|row| row.line);
    assert!(lines.is_sorted(), "the lines of the rows are not in order");
}

/// Checks the data set of the source, with the labels that most rows can have.
fn check_counts(source: &dyn Source, reading: &Reading) {
    let labels = LabelSettings {
        relevant: vec!["Relevant".to_owned()],
        not_relevant: vec![LabelSettings::ANY_OTHER.to_owned()],
        undecided: vec!["Can't Decide".to_owned()],
        unlabelled: Unlabelled::LeaveOut,
    };
    let Ok(dataset) = Dataset::read(source, &labels) else {
        return;
    };

    assert_eq!(
        reading.end,
        Ok(()),
        "a data set of rows that end in an error"
    );
    assert_eq!(dataset.texts.len(), reading.rows.len());
    for (text, row) in dataset.texts.iter().zip(&reading.rows) {
        assert_eq!(text, row.text);
    }
    for undecided in [Undecided::LeaveOut, Undecided::NotRelevant] {
        let kept = dataset.decided(undecided).len();
        let left_out = dataset.left_out(undecided).rows();
        assert_eq!(kept + left_out, reading.rows.len(), "{undecided:?}");
    }
}

/// Checks that the text is read the same way when its bytes come in pieces of `length` bytes; `name`
/// is that of the file.
pub(crate) fn check_pieces(name: &str, content: &[u8], length: usize, settings: &SourceSettings) {
    let whole = crate::scratch::write(name, content);
    let mut whole = check_table(&whole, settings);
    if is_other_in_gzip(content) {
        return;
    }

    let compressed = crate::stored_gzip::in_members(content, length);
    let pieces = crate::scratch::write(&format!("{name}.gz"), &compressed);
    let mut pieces = match open(&pieces, settings) {
        Ok(source) => read(&*source),
        Err(error) => failed(&error),
    };
    for reading in [&mut whole, &mut pieces] {
        if let Err(message) = &mut reading.end {
            *message = comparable(message, name);
        }
    }
    assert_eq!(pieces, whole, "read in pieces of {length} bytes");
}

/// Returns a message with one name for both files, and without the guess of an encoding, which rests on
/// the bytes that are at hand.
fn comparable(message: &str, name: &str) -> String {
    let message = message.replace(&format!("{name}.gz"), name);
    let known = message.split("not UTF-8").next();
    known.unwrap_or_default().to_owned()
}

/// Returns whether a gzip file with this content is a tar archive, or the content is compressed itself
/// or of a kind that its bytes tell.
fn is_other_in_gzip(content: &[u8]) -> bool {
    let is_tar = content
        .get(257..)
        .is_some_and(|rest| rest.starts_with(b"ustar"));
    let magics: [&[u8]; 6] = [
        b"\x1f\x8b",
        b"PK",
        b"BZh",
        b"\x28\xb5\x2f\xfd",
        b"\xfd7zXZ",
        b"PAR1",
    ];
    is_tar || content.is_empty() || magics.iter().any(|magic| content.starts_with(magic))
}
