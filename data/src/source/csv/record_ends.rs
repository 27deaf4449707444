//! Ends of records in text that arrives in pieces, without its fields.

use memchr::memchr;

use super::fields::Syntax;

/// Scanner for the ends of records, at the beginning of one.
///
/// It knows no errors: those of a record are found where its fields are read.
#[derive(Clone, Debug)]
pub struct RecordEnds {
    syntax: Syntax,
    state: State,
}

/// Part of a record in which the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    /// Behind an escape.
    UnquotedEscape,
    Quoted,
    /// Behind an escape within quotes.
    QuotedEscape,
    /// Behind a quote that closes the field, unless another one follows.
    QuoteInQuoted,
    /// Text between a closing quote and the end of the field.
    Tail,
}

impl RecordEnds {
    /// Scans records of the syntax.
    pub(super) const fn new(syntax: Syntax) -> Self {
        Self {
            syntax,
            state: State::FieldStart,
        }
    }

    /// Counts the records that are not empty and end in the bytes, up to a maximum; one whose line
    /// break may be longer does not.
    pub(super) fn count(mut self, bytes: &[u8], max: usize) -> usize {
        let (mut start, mut count) = (0, 0);
        while count < max
            && let Some(end) = self.next(bytes, start)
        {
            let is_whole = bytes[..end].ends_with(b"\n") || end < bytes.len();
            count += usize::from(is_whole && end > start + 1);
            start = end;
        }
        count
    }

    /// Takes the bytes behind those that were `taken`, and returns the offset behind the first record
    /// that is not empty, if it ends in them.
    ///
    /// `start` is the offset of the record that the next byte belongs to, 0 at first.
    pub fn first(&mut self, bytes: &[u8], mut taken: usize, start: &mut usize) -> Option<usize> {
        while let Some(end) = self.next(bytes, taken) {
            if end > *start + 1 {
                return Some(end);
            }
            (*start, taken) = (end, end);
        }
        None
    }

    /// Takes bytes, and returns the offset behind the last record that ends in them.
    pub fn last(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut last = None;
        while let Some(end) = self.next(bytes, last.unwrap_or_default()) {
            last = Some(end);
        }
        last
    }

    /// Takes bytes from an offset on, and returns the offset behind the first record that ends.
    fn next(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        let Syntax {
            delimiter,
            quote,
            escape,
        } = self.syntax;
        while let Some(&byte) = bytes.get(at) {
            let rest = &bytes[at..];
            let is_escaped = byte == quote || Some(byte) == escape;
            match self.state {
                State::FieldStart | State::QuoteInQuoted if byte == quote => {
                    self.state = State::Quoted;
                    at += 1;
                }
                State::FieldStart => self.state = State::Unquoted,
                State::Unquoted | State::Tail => {
                    let end = self.syntax.field_end(rest);
                    if let Some(offset) = self.find_escape(&rest[..end]) {
                        self.state = State::UnquotedEscape;
                        at += offset + 1;
                        continue;
                    }
                    let ending = *rest.get(end)?;
                    self.state = State::FieldStart;
                    at += end + 1;
                    if ending != delimiter {
                        return Some(at);
                    }
                }
                State::UnquotedEscape => {
                    self.state = State::Unquoted;
                    at += usize::from(is_escaped || byte == delimiter);
                }
                State::Quoted => {
                    let end = self.syntax.quoted_end(rest);
                    self.state = match *rest.get(end)? {
                        found if found == quote => State::QuoteInQuoted,
                        _ => State::QuotedEscape,
                    };
                    at += end + 1;
                }
                State::QuotedEscape => {
                    self.state = State::Quoted;
                    at += usize::from(is_escaped);
                }
                State::QuoteInQuoted => self.state = State::Tail,
            }
        }
        None
    }

    /// Finds an escape in an unquoted field.
    fn find_escape(&self, field: &[u8]) -> Option<usize> {
        match (self.state, self.syntax.escape) {
            (State::Unquoted, Some(escape)) => memchr(escape, field),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source::csv::{Dialect, Record, Records};
    use crate::source::settings::SourceSettings;

    /// Ends of the records by the reader of their fields, each with its line break.
    fn read_ends(text: &str, dialect: &Dialect) -> Vec<usize> {
        let mut records = Records::new(text.as_bytes(), "", dialect, 0);
        let (mut record, mut ends) = (Record::default(), Vec::new());
        while records.read(&mut record).unwrap() {
            ends.push(record.range.end);
        }
        ends
    }

    #[test]
    fn records_end_where_their_fields_are_read_to_however_the_text_is_cut() {
        for (text, escape) in [
            ("a,b\n1,2\n", None),
            ("a,\"b\nc\"\r\n\"d\"\"e\",f\n", None),
            ("5\" pipe,\"x\" y\n\"\",\n", None),
            ("\n\na,b\n", None),
            (",,\n\"a,b\",c,\"\"\"\"\n", None),
            ("a\\,b,\"c\\\"\nd\",\\x\n\"e\\\\\"\nf\\\n", Some('\\')),
            ("\"a\"\"b\",c\nd\n", Some('"')),
        ] {
            let settings = SourceSettings {
                delimiter: Some(','),
                escape,
                ..SourceSettings::default()
            };
            let dialect = Dialect::find(text.as_bytes(), &settings, None).unwrap();
            let want = read_ends(text, &dialect);
            for cut in 0..text.len() {
                let mut ends = dialect.record_ends();
                let (first, second) = text.as_bytes().split_at(cut);
                let (mut got, mut at) = (Vec::new(), 0);
                while let Some(end) = ends.next(first, at) {
                    got.push(end);
                    at = end;
                }
                at = 0;
                while let Some(end) = ends.next(second, at) {
                    got.push(cut + end);
                    at = end;
                }
                // The reader's records end before their line breaks, and it skips empty ones.
                let got: Vec<_> = got
                    .iter()
                    .map(|&end| text[..end].trim_end_matches(['\r', '\n']).len())
                    .collect();
                let mut got: Vec<_> = got.into_iter().filter(|&end| end > 0).collect();
                got.dedup();
                assert_eq!(got, want, "{text:?} cut at {cut}");
            }
        }
    }
}
