//! Kind of the one file in an archive, by its first bytes.

use crate::magic;

/// Kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A SQLite database.
    Sqlite,
    /// Base64 text, or anything that is of no other kind.
    Base64,
    /// A file of another kind, for a message.
    Other(&'static str),
}

impl Content {
    /// Recognizes the kind of a file by its first bytes.
    pub fn recognize(first: &[u8]) -> Self {
        /// Kinds by their first bytes.
        const KINDS: [(&[u8], &str); 4] = [
            (magic::PARQUET, "a Parquet file"),
            (b"PK\x03\x04", "a ZIP file"),
            (magic::GZIP, "a gzip file"),
            (b"BZh9", "a bzip2 file"),
        ];

        if first.starts_with(magic::SQLITE) {
            return Self::Sqlite;
        }
        if let Some((_, kind)) = KINDS.iter().find(|(magic, _)| first.starts_with(magic)) {
            return Self::Other(kind);
        }

        let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
        let text = text.trim_ascii_start();
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let has_separator = line.iter().any(|byte| b",;\t|".contains(byte));
        match text.first() {
            Some(b'{' | b'[') => Self::Other("a JSON file"),
            Some(_) if has_separator => Self::Other("a CSV file"),
            _ => Self::Base64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_is_recognized_by_the_first_bytes() {
        for (first, want) in [
            (&b"SQLite format 3\0\x10"[..], Content::Sqlite),
            (b"U1FMaXRlIGZvcm1hdCAz\n", Content::Base64),
            (b"  U1FMaXRl\n  IGZvcm1hdCAz\n", Content::Base64),
            (b"", Content::Base64),
            (b"text,class_label\nfire,1\n", Content::Other("a CSV file")),
            (b"text\tclass_label\n", Content::Other("a CSV file")),
            (b"\xef\xbb\xbf\n[{\"text\"", Content::Other("a JSON file")),
            (b"PAR1\x15", Content::Other("a Parquet file")),
        ] {
            assert_eq!(Content::recognize(first), want, "{}", first.escape_ascii());
        }
    }
}
