//! CSV files, whole and in pieces.

use relevance_data::SourceSettings;

use crate::reading::check_pieces;
use crate::{has_bit, split_settings};

const DELIMITERS: [Option<char>; 4] = [None, Some(';'), Some('\t'), Some('|')];
pub(crate) const ENCODINGS: [Option<&str>; 4] = [
    None,
    Some("utf-16le"),
    Some("windows-1252"),
    Some("shift_jis"),
];

/// Checks that a CSV file is read the same way twice, and in pieces.
///
/// The first byte chooses delimiter, quote, escape, header, encoding and a further column, the second
/// the length of the pieces.
///
/// # Panics
/// When a reading differs.
pub fn check(input: &[u8]) {
    let ([setting, length], content) = split_settings(input);
    let settings = SourceSettings {
        delimiter: DELIMITERS[usize::from(setting & 3)],
        quote: has_bit(setting, 2).then_some('\''),
        escape: has_bit(setting, 3).then_some('\\'),
        encoding: ENCODINGS[usize::from(setting >> 5 & 3)].map(str::to_owned),
        columns: has_bit(setting, 7)
            .then(|| "extra".to_owned())
            .into_iter()
            .collect(),
        ..header(!has_bit(setting, 4))
    };
    check_pieces("table.csv", content, 1 + usize::from(length), &settings);
}

/// Returns settings for a file with or without a header.
fn header(header: bool) -> SourceSettings {
    let numbered = |number: &str| (!header).then(|| number.to_owned());
    SourceSettings {
        header,
        text_column: numbered("1"),
        label_column: numbered("2"),
        ..SourceSettings::default()
    }
}
