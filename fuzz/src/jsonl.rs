//! JSON lines and arrays of objects, whole and in pieces.

use relevance_data::SourceSettings;

use crate::csv::ENCODINGS;
use crate::reading::check_pieces;
use crate::{has_bit, split_settings};

/// Checks that a file of JSON objects is read the same way twice, and in pieces.
///
/// The first byte chooses paths, the encoding and a further key, the second the length of the pieces.
///
/// # Panics
/// When a reading differs.
pub fn check(input: &[u8]) {
    let ([setting, length], content) = split_settings(input);
    let path = |bit, path: &str| has_bit(setting, bit).then(|| path.to_owned());
    let settings = SourceSettings {
        text_column: path(0, "data.text"),
        label_column: path(1, "data.label"),
        columns: path(2, "extra")
            .into_iter()
            .chain(path(3, "data.list.0"))
            .collect(),
        encoding: ENCODINGS[usize::from(setting >> 5 & 3)].map(str::to_owned),
        ..SourceSettings::default()
    };
    check_pieces("table.jsonl", content, 1 + usize::from(length), &settings);
}
