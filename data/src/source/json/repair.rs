//! Repair of what Python's `json` writes and JSON does not allow: `NaN`, `Infinity`, `-Infinity` and
//! halves of surrogate pairs.

use std::borrow::Cow;

/// Numbers that are none in JSON, and strings of the same length in their place: `NaN` is a missing
/// value.
const NUMBERS: [(&str, &str); 3] = [
    ("NaN", "\"\" "),
    ("Infinity", "\"inf\"   "),
    ("-Infinity", "\"-inf\"   "),
];

/// Length of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

/// Replaces the numbers outside strings, and the halves of surrogate pairs inside by U+FFFD; the
/// length stays the same.
pub(super) fn repair(json: &str) -> Cow<'_, str> {
    let mut repaired = Cow::Borrowed(json);
    let mut replace = |at: usize, replacement: &str| {
        let end = at + replacement.len();
        repaired.to_mut().replace_range(at..end, replacement);
    };

    let bytes = json.as_bytes();
    let (mut at, mut in_string) = (0, false);
    while at < bytes.len() {
        at += match bytes[at] {
            b'"' => {
                in_string = !in_string;
                1
            }
            b'\\' if in_string => match surrogates(&bytes[at..]) {
                Surrogates::None => 2,
                Surrogates::Pair => 2 * ESCAPE,
                Surrogates::Half => {
                    replace(at, "\\ufffd");
                    ESCAPE
                }
            },
            b'N' | b'I' | b'-' if !in_string => match number(&bytes[at..]) {
                Some(replacement) => {
                    replace(at, replacement);
                    replacement.len()
                }
                None => 1,
            },
            _ => 1,
        };
    }
    repaired
}

/// Appends the object without whitespace outside its strings, repaired, and with `null` for `NaN`.
pub(super) fn to_line(json: &str, line: &mut String) {
    let repaired = repair(json);
    let (mut at, mut in_string) = (0, false);
    while let Some(&byte) = repaired.as_bytes().get(at) {
        let length = match byte {
            b'\\' if in_string => 2,
            _ if in_string || !byte.is_ascii_whitespace() => 1,
            _ => 0,
        };
        let is_missing = !in_string && byte == b'"' && json.as_bytes()[at] == b'N';
        if is_missing {
            line.push_str("null");
            at += NUMBERS[0].1.len();
            continue;
        }

        in_string ^= byte == b'"';
        let end = repaired.ceil_char_boundary(at + length);
        line.push_str(&repaired[at..end]);
        at = end.max(at + 1);
    }
}

fn number(bytes: &[u8]) -> Option<&'static str> {
    let is_it = |name: &str| {
        bytes.starts_with(name.as_bytes())
            && !bytes.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
    };
    let found = NUMBERS.iter().find(|(name, _)| is_it(name));
    found.map(|(_, replacement)| *replacement)
}

/// Escapes at the beginning of a text.
enum Surrogates {
    None,
    Half,
    Pair,
}

fn surrogates(bytes: &[u8]) -> Surrogates {
    let low = 0xdc00..0xe000;
    match code_unit(bytes) {
        Some(0xd800..0xdc00) => match code_unit(&bytes[ESCAPE..]) {
            Some(next) if low.contains(&next) => Surrogates::Pair,
            _ => Surrogates::Half,
        },
        Some(unit) if low.contains(&unit) => Surrogates::Half,
        _ => Surrogates::None,
    }
}

/// Returns the code unit of the escape `\uXXXX` at the beginning.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_python_are_replaced_outside_strings_alone() {
        for (json, want) in [
            (r#"{"a": NaN, "b": 1}"#, r#"{"a": "" , "b": 1}"#),
            ("[NaN,Infinity,-Infinity]", r#"["" ,"inf"   ,"-inf"   ]"#),
            (r#"{"a": "NaN \" NaN"}"#, r#"{"a": "NaN \" NaN"}"#),
            (r#"{"a": NaNs, "b": -1}"#, r#"{"a": NaNs, "b": -1}"#),
        ] {
            assert_eq!(repair(json), want);
        }
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_pairs_kept() {
        for (json, want) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ude00\ud83d x""#, r#""\ufffd\ufffd x""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud8"#, r#""\ud8"#),
        ] {
            assert_eq!(repair(json), want, "{json}");
        }
    }
}
