//! Encoding of a text file: of the settings, or told by a byte order mark.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use crate::error::{DataError, ReadError};
use crate::source::settings::SourceSettings;

/// Names of encodings in other programs that the Encoding Standard lacks.
const OTHER_NAMES: [(&str, &str); 6] = [
    ("utf8sig", "utf-8"),
    ("utf8bom", "utf-8"),
    ("utf16", "utf-16"),
    ("utf16le", "utf-16le"),
    ("utf16be", "utf-16be"),
    ("macroman", "macintosh"),
];

/// Encoding that the settings name, or none.
#[derive(Clone, Debug)]
pub(super) struct TextEncoding(Option<&'static Encoding>);

/// Encoding of a text, found in its first bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundEncoding {
    pub encoding: &'static Encoding,
    /// Length of the byte order mark.
    pub mark_bytes: usize,
    /// Whether neither the settings nor a byte order mark name it.
    pub is_assumed: bool,
}

/// Bytes that are not in the encoding in which they are read.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// Description with advice.
    pub cause: String,
    /// Encoding that the bytes are probably in.
    pub guess: Option<String>,
}

/// Checks that there is an encoding of the settings' name.
pub fn check_encoding(settings: &SourceSettings) -> Result<(), DataError> {
    TextEncoding::from_settings(settings).map(drop)
}

impl TextEncoding {
    pub fn from_settings(settings: &SourceSettings) -> Result<Self, DataError> {
        let Some(name) = &settings.encoding else {
            return Ok(Self(None));
        };
        let encoding = find(name).ok_or_else(|| DataError::Setting {
            setting: "encoding",
            value: name.clone(),
            expected: "a label of the Encoding Standard, as `utf-8`, `utf-16le`, `windows-1252`, \
                       `iso-8859-2` or `shift_jis`",
        })?;
        Ok(Self(Some(encoding)))
    }

    /// Returns the encoding of a text with these first bytes.
    pub fn of(&self, first: &[u8]) -> Result<FoundEncoding, Mismatch> {
        if first.starts_with(b"\xff\xfe\0\0") || first.starts_with(b"\0\0\xfe\xff") {
            return Err("UTF-32 cannot be read: convert it with `iconv -f UTF-32 -t UTF-8`".into());
        }
        if let Some((encoding, mark_bytes)) = Encoding::for_bom(first) {
            return Ok(FoundEncoding {
                encoding,
                mark_bytes,
                is_assumed: false,
            });
        }

        if self.0.is_none()
            && let Some(label) = utf16_without_mark(first)
        {
            return Err(Mismatch {
                cause: format!(
                    "not UTF-8; it looks like UTF-16 without a byte order mark: read it with \
                     `--encoding {label}`"
                ),
                guess: Some(label.to_owned()),
            });
        }
        Ok(FoundEncoding {
            encoding: self.0.unwrap_or(UTF_8),
            mark_bytes: 0,
            is_assumed: self.0.is_none(),
        })
    }
}

/// Finds an encoding by a label of the Encoding Standard, or a name that other programs have for it.
fn find(name: &str) -> Option<&'static Encoding> {
    let joined: String = name
        .trim()
        .chars()
        .filter(|character| !['-', '_', ' '].contains(character))
        .collect();
    let joined = joined.to_ascii_lowercase();
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == joined);

    Encoding::for_label_no_replacement(name.as_bytes())
        .or_else(|| Encoding::for_label_no_replacement(name.replace('_', "-").as_bytes()))
        .or_else(|| Encoding::for_label_no_replacement(joined.as_bytes()))
        .or_else(|| Encoding::for_label_no_replacement(other?.1.as_bytes()))
}

/// Returns the label for a text of two ASCII characters in UTF-16.
///
/// A line break in front is one of UTF-8: the first line of a terminal or a pipe may be all there is.
const fn utf16_without_mark(first: &[u8]) -> Option<&'static str> {
    match first {
        [b'\n', ..] => None,
        [1..=u8::MAX, 0, 1..=u8::MAX, 0, ..] => Some("utf-16le"),
        [0, 1..=u8::MAX, 0, 1..=u8::MAX, ..] => Some("utf-16be"),
        _ => None,
    }
}

impl Mismatch {
    /// Describes bytes that are not UTF-8, with the encoding that they are probably in.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        if bytes.contains(&0) {
            return "not UTF-8; it looks like binary data, not text".into();
        }

        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        let label = detector
            .guess(None, Utf8Detection::Deny)
            .name()
            .to_ascii_lowercase();
        Self {
            cause: format!("not UTF-8; it looks like {label}: read it with `--encoding {label}`"),
            guess: Some(label),
        }
    }

    /// Returns the error of the bytes at the location.
    pub fn at(self, location: String) -> ReadError {
        let Self { cause, guess } = self;
        match guess {
            None => ReadError::Malformed { location, cause },
            Some(guess) => ReadError::Encoding {
                location,
                cause,
                guess,
            },
        }
    }
}

impl From<&str> for Mismatch {
    fn from(cause: &str) -> Self {
        Self {
            cause: cause.to_owned(),
            guess: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_have_the_names_of_other_programs_too() {
        for (name, want) in [
            ("latin1", "windows-1252"),
            ("Latin-1", "windows-1252"),
            ("cp1252", "windows-1252"),
            ("utf_8", "UTF-8"),
            ("utf-8-sig", "UTF-8"),
            ("UTF16", "UTF-16LE"),
            ("shift_jis", "Shift_JIS"),
            ("mac_roman", "macintosh"),
        ] {
            assert_eq!(find(name).map(Encoding::name), Some(want), "{name}");
        }
        assert_eq!(find("latin-99"), None);
    }
}
