//! Texts in forms that terminals and spreadsheets do not interpret.

use std::borrow::Cow;
use std::io::{self, Write};

/// Starts of a cell that a spreadsheet treats as a formula, as on the service's page.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Returns the text, after an apostrophe if a spreadsheet would treat it as a formula.
pub fn guard_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_STARTS) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes the text with its control characters escaped as in Rust and JSON.
pub fn write_escaped(encoded: &mut Vec<u8>, text: &str) -> io::Result<()> {
    let mut rest = text;

    while let Some(start) = rest.find(char::is_control) {
        let (plain, after) = rest.split_at(start);
        let mut characters = after.chars();
        let control = characters.next().map_or(0, u32::from);

        encoded.extend_from_slice(plain.as_bytes());
        match control {
            9 => encoded.extend_from_slice(b"\\t"),
            10 => encoded.extend_from_slice(b"\\n"),
            13 => encoded.extend_from_slice(b"\\r"),
            other => write!(encoded, "\\u{other:04x}")?,
        }
        rest = characters.as_str();
    }

    encoded.extend_from_slice(rest.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_an_apostrophe() {
        for (text, want) in [
            ("=1+1", "'=1+1"),
            ("@here", "'@here"),
            ("flood = bad", "flood = bad"),
            ("", ""),
        ] {
            assert_eq!(guard_formula(text), want);
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        let mut encoded = Vec::new();
        write_escaped(&mut encoded, "a\u{1b}[2Jb\tc\r\nd\u{9b}é🔥\u{7f}").unwrap();
        assert_eq!(
            String::from_utf8(encoded).unwrap(),
            "a\\u001b[2Jb\\tc\\r\\nd\\u009bé🔥\\u007f"
        );
    }
}
