//! Delimiter and quotes of a CSV file: from the settings, a first line `sep=;` or its records.

use std::io::BufRead;

use super::fields::Syntax;
use super::record_ends::RecordEnds;
use super::records::{Record, Records};
use crate::error::DataError;
use crate::source::settings::SourceSettings;

/// Number of bytes at the beginning of a text in which its dialect is found.
pub const SAMPLE_BYTES: usize = 1 << 16;

/// Delimiters that are looked for, the first one wins a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Maximum number of records in which the delimiter is looked for.
const SAMPLE_RECORDS: usize = 100;

/// How the fields of a file are separated and quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub(super) syntax: Syntax,
    /// Whether the delimiter was found in the records.
    pub(super) is_found: bool,
    /// Whether the first record names the columns.
    pub has_header: bool,
    /// Length of a first line `sep=;`, which names the delimiter; 0 without one.
    pub separator_line_bytes: usize,
}

impl Dialect {
    /// Finds the delimiter for the file that begins with `sample`, at most [`SAMPLE_BYTES`] of it;
    /// `implied` is that of its name.
    ///
    /// # Errors
    ///
    /// [`DataError::Setting`] when a character of the settings cannot separate, quote or escape.
    pub fn find(
        sample: &[u8],
        settings: &SourceSettings,
        implied: Option<char>,
    ) -> Result<Self, DataError> {
        let separator_line = separator_line(sample);
        let named = match settings.delimiter.or(implied) {
            Some(delimiter) => Some(ascii("delimiter", delimiter)?),
            None => separator_line.map(|(delimiter, _)| delimiter),
        };
        let mut syntax = quotes(settings)?;
        syntax.delimiter = named.unwrap_or_else(|| find_delimiter(sample, syntax));
        if syntax.delimiter == syntax.quote || Some(syntax.delimiter) == syntax.escape {
            return Err(DataError::Setting {
                setting: "delimiter",
                value: char::from(syntax.delimiter).to_string(),
                expected: "another character than the quote and the escape",
            });
        }
        Ok(Self {
            syntax,
            is_found: named.is_none(),
            has_header: settings.header,
            separator_line_bytes: separator_line.map_or(0, |(_, length)| length),
        })
    }

    /// Returns whether [`find`](Self::find) finds the same dialect in `sample` as in a longer
    /// beginning of the same file, so that a stream need not be waited for.
    #[must_use]
    pub fn is_certain(sample: &[u8], settings: &SourceSettings, implied: Option<char>) -> bool {
        let Ok(syntax) = quotes(settings) else {
            return true;
        };
        let syntaxes = DELIMITERS.map(|delimiter| Syntax {
            delimiter,
            ..syntax
        });
        let count_records = |syntax: Syntax| {
            let ends = RecordEnds::new(syntax);
            ends.count(sample, SAMPLE_RECORDS)
        };

        let counts = syntaxes.map(count_records);
        if counts.contains(&0) {
            return false;
        }
        let is_named = settings.delimiter.or(implied).is_some();
        if is_named || separator_line(sample).is_some() {
            return true;
        }
        // A delimiter that the first record lacks is not found in any other.
        let has_two_fields = |syntax: &Syntax| first_fields(sample, *syntax) > 1;
        let candidates = syntaxes.iter().filter(|syntax| has_two_fields(syntax));
        candidates.count() < 2 || counts == [SAMPLE_RECORDS; DELIMITERS.len()]
    }

    /// Returns a scanner for the ends of records.
    #[must_use]
    pub const fn record_ends(&self) -> RecordEnds {
        RecordEnds::new(self.syntax)
    }

    /// Returns the delimiter.
    #[must_use]
    pub const fn delimiter(&self) -> u8 {
        self.syntax.delimiter
    }

    /// Returns whether quotes are those of plain CSV: `"`, doubled within a text.
    #[must_use]
    pub const fn has_plain_quotes(&self) -> bool {
        self.syntax.quote == b'"' && self.syntax.escape.is_none()
    }

    /// Formats the delimiter for a message.
    pub(super) fn describe_delimiter(&self) -> String {
        match self.syntax.delimiter {
            b'\t' => "a tab".to_owned(),
            delimiter => format!("`{}`", char::from(delimiter).escape_debug()),
        }
    }
}

impl<'n, R: BufRead> Records<'n, R> {
    /// Reads from `input`, before which `skipped` lines of the file were read.
    ///
    /// `name` is that of the file in messages.
    pub const fn new(input: R, name: &'n str, dialect: &Dialect, skipped: u64) -> Self {
        Self::with_syntax(input, name, dialect.syntax, skipped)
    }
}

/// Returns the syntax with the quote and the escape of the settings.
fn quotes(settings: &SourceSettings) -> Result<Syntax, DataError> {
    Ok(Syntax {
        quote: ascii("quote", settings.quote.unwrap_or('"'))?,
        escape: settings
            .escape
            .map(|escape| ascii("escape", escape))
            .transpose()?,
        ..Syntax::default()
    })
}

/// Returns the number of fields of the first record; 0 without one.
fn first_fields(sample: &[u8], syntax: Syntax) -> usize {
    let mut record = Record::default();
    let mut records = Records::with_syntax(sample, "", syntax, 0);
    if records.read(&mut record).unwrap_or(false) {
        record.len()
    } else {
        0
    }
}

/// Returns the character of a setting as a byte.
fn ascii(setting: &'static str, character: char) -> Result<u8, DataError> {
    u8::try_from(character)
        .ok()
        .filter(|byte| byte.is_ascii() && !b"\r\n\0".contains(byte))
        .ok_or_else(|| DataError::Setting {
            setting,
            value: character.to_string(),
            expected: "one ASCII character that ends no line",
        })
}

/// Returns the delimiter that a first line `sep=;` names, as Excel does, and the line's length.
fn separator_line(text: &[u8]) -> Option<(u8, usize)> {
    let end = memchr::memchr2(b'\n', b'\r', text)?;
    let line = &text[..end];
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let [name @ .., b'=', delimiter] = line else {
        return None;
    };

    let is_crlf = text[end..].starts_with(b"\r\n");
    (name.eq_ignore_ascii_case(b"sep") && delimiter.is_ascii())
        .then_some((*delimiter, end + 1 + usize::from(is_crlf)))
}

/// Finds the delimiter that gives each record the same number of fields, at least two, and the most
/// of them; if none does, the one that gives the first record the most.
fn find_delimiter(sample: &[u8], syntax: Syntax) -> u8 {
    let widths = DELIMITERS.map(|delimiter| {
        let syntax = Syntax {
            delimiter,
            ..syntax
        };
        (delimiter, count_fields(sample, syntax))
    });
    let most = |is_wanted: &dyn Fn(&Width) -> bool| {
        let mut found = None;
        for (delimiter, width) in &widths {
            let is_more = found.is_none_or(|(_, fields)| width.fields > fields);
            if width.fields > 1 && is_wanted(width) && is_more {
                found = Some((*delimiter, width.fields));
            }
        }
        found.map(|(delimiter, _)| delimiter)
    };

    most(&|width| width.is_constant)
        .or_else(|| most(&|_| true))
        .unwrap_or(DELIMITERS[0])
}

/// Number of fields in the first records.
struct Width {
    /// Fields of the first record; 0 without one.
    fields: usize,
    is_constant: bool,
}

fn count_fields(sample: &[u8], syntax: Syntax) -> Width {
    let is_whole = sample.len() < SAMPLE_BYTES;
    let mut records = Records::with_syntax(sample, "", syntax, 0);
    let (mut record, mut widths) = (Record::default(), Vec::new());
    while widths.len() < SAMPLE_RECORDS && records.read(&mut record).unwrap_or(false) {
        widths.push(record.len());
    }
    // The sample may end within a record.
    if !is_whole && widths.len() > 1 && widths.len() < SAMPLE_RECORDS {
        widths.pop();
    }

    let fields = widths.first().copied().unwrap_or_default();
    Width {
        fields,
        is_constant: widths.iter().all(|&width| width == fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sample: &str) -> char {
        let dialect = Dialect::find(sample.as_bytes(), &SourceSettings::default(), None);
        dialect.unwrap().syntax.delimiter.into()
    }

    #[test]
    fn delimiter_is_the_one_that_gives_equal_records_the_most_fields() {
        for (sample, want) in [
            ("text,label\na,1\n", ','),
            ("text;label\na, b, c;1\nd;0\n", ';'),
            ("text\tlabel\na;b\t1\n", '\t'),
            ("text|label\r\n\"a|b\"|1\r\n", '|'),
            ("id,text;label\n1,a;0\n2,b;1\n", ','),
            ("id;a,text;label\n1;2,b;3\n", ';'),
            ("text,label\n\"a;b\nc;d\",1\ne;f,0\n", ','),
            ("text;label\na,1\nb\n", ';'),
            ("text\na\n", ','),
            ("", ','),
        ] {
            assert_eq!(found(sample), want, "{sample:?}");
        }
    }

    #[test]
    fn a_certain_dialect_is_that_of_the_whole_sample() {
        let settings = SourceSettings::default();
        let more = "1,2;3\n".repeat(200);
        for (sample, want) in [
            ("", false),
            ("text,label", false),
            ("text,label\r", false),
            ("text,label\r\n", true),
            ("text,label\n", true),
            ("\ntext\n", true),
            ("sep=;\n", true),
            ("\"text\nlabel,", false),
            ("\"text\nlabel\",b\n", true),
            ("id,text;label\n", false),
            ("id,text;label\n1;b\n", false),
            (&*format!("id,text;label\n{more}"), true),
        ] {
            let certain = Dialect::is_certain(sample.as_bytes(), &settings, None);
            assert_eq!(certain, want, "{sample:?}");
            for rest in ["1,2\n", "1;2;3\n4;5;6\n", &more] {
                let whole = format!("{sample}{rest}");
                assert!(!certain || found(sample) == found(&whole), "{whole:?}");
            }
        }
        assert!(!Dialect::is_certain(b"a,b;", &settings, Some('\t')));
        assert!(Dialect::is_certain(b"a,b;c\n", &settings, Some('\t')));
    }

    #[test]
    fn first_line_can_name_the_delimiter() {
        for (line, want) in [
            ("sep=;\n", Some((b';', 6))),
            ("SEP=\t\r\n", Some((b'\t', 7))),
            ("\"sep=|\"\r\n", Some((b'|', 9))),
            ("sep=\n", None),
            ("sep=;;\n", None),
            ("step=;\n", None),
        ] {
            assert_eq!(separator_line(line.as_bytes()), want, "{line:?}");
        }
    }

    #[test]
    fn characters_that_cannot_separate_are_refused() {
        for (delimiter, quote) in [('\n', '"'), ('§', '"'), ('"', '"'), (',', 'é')] {
            let settings = SourceSettings {
                delimiter: Some(delimiter),
                quote: Some(quote),
                ..SourceSettings::default()
            };
            assert!(Dialect::find(b"", &settings, None).is_err(), "{delimiter}");
        }
    }
}
