//! Errors of the JSON parser in words.

use serde_json::Error;

use crate::excerpt::excerpt;

/// Describes a byte that is not UTF-8.
pub(super) fn not_utf8(byte: u8) -> String {
    format!(
        "the byte 0x{byte:02X} is not UTF-8; convert the file to UTF-8, for example with `iconv`"
    )
}

/// Returns the offset of an error in the text that was parsed.
pub(super) fn offset(text: &str, error: &Error) -> usize {
    let lines = text.split_inclusive('\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let offset = before + error.column().saturating_sub(1);
    text.floor_char_boundary(offset.min(text.len()))
}

/// Describes an error; `rest` is the text from there on.
pub(super) fn cause(error: &Error, rest: &str) -> String {
    let message = error.to_string();
    let code = message.split(" at line ").next().unwrap_or(&message);
    match code {
        "expected value" | "expected ident" => format!(
            "{} is not a value; a string is in double quotes, and the words are `true`, `false` and \
             `null`",
            excerpt(word(rest))
        ),
        "key must be a string" => "a key must be in double quotes".to_owned(),
        "trailing comma" => "a comma before the closing bracket: remove it".to_owned(),
        "expected `,` or `}`" | "expected `,` or `]`" => format!("a comma is missing: {code}"),
        "expected `:`" => "a colon is missing after a key".to_owned(),
        "invalid escape" => {
            "an unknown escape after `\\`; a backslash itself is written `\\\\`".to_owned()
        }
        _ if code.starts_with("control character") => {
            "a control character in a string; a tab is written `\\t`".to_owned()
        }
        _ => code.to_owned(),
    }
}

/// Words that other languages write for values.
const FOREIGN_WORDS: [&str; 10] = [
    "NaN",
    "nan",
    "NAN",
    "None",
    "True",
    "False",
    "NULL",
    "undefined",
    "Infinity",
    "-Infinity",
];

/// Returns the word of another language at the beginning of the text, or its first character: the
/// rest may be a text of the data.
fn word(text: &str) -> &str {
    let is_word = |character: char| character.is_alphanumeric() || character == '-';
    let end = text.find(|character| !is_word(character));
    let word = &text[..end.unwrap_or(text.len())];
    if FOREIGN_WORDS.contains(&word) {
        return word;
    }

    let end = text.chars().next().map_or(0, char::len_utf8);
    &text[..end]
}
