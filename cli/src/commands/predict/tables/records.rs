//! Records of CSV: where fields and records end, by the rules of the `csv` crate.

/// State of a scan of CSV, at the start of a record.
#[derive(Clone, Debug)]
pub struct Scanner {
    delimiter: u8,
    state: State,
}

/// Part of a record that a byte ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Nothing,
    Field,
    Record,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// After a quote in a quoted field, which closes the field unless another one follows.
    QuoteInQuoted,
}

impl Scanner {
    pub const fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::FieldStart,
        }
    }

    /// Takes the next byte.
    pub const fn advance(&mut self, byte: u8) -> End {
        let (state, end) = match (self.state, byte) {
            (State::Quoted, b'"') => (State::QuoteInQuoted, End::Nothing),
            (State::Quoted, _) | (State::QuoteInQuoted | State::FieldStart, b'"') => {
                (State::Quoted, End::Nothing)
            }
            (_, b'\n' | b'\r') => (State::FieldStart, End::Record),
            _ if byte == self.delimiter => (State::FieldStart, End::Field),
            _ => (State::Unquoted, End::Nothing),
        };
        self.state = state;
        end
    }

    /// Whether a quote is open.
    pub const fn is_quoted(&self) -> bool {
        matches!(self.state, State::Quoted)
    }

    /// Takes bytes, and returns the offset after the first record that is not blank, if it ends in them.
    pub fn first_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut start = 0;
        for (index, &byte) in bytes.iter().enumerate() {
            if self.advance(byte) == End::Record {
                if index > start {
                    return Some(index + 1);
                }
                start = index + 1;
            }
        }
        None
    }

    /// Takes bytes, and returns the offset after the last record that ends in them.
    pub fn last_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut last = None;
        for (index, &byte) in bytes.iter().enumerate() {
            if self.advance(byte) == End::Record {
                last = Some(index + 1);
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields by the scanner, with their quotes.
    fn scan(text: &str) -> Vec<Vec<&str>> {
        let mut scanner = Scanner::new(b',');
        let (mut records, mut fields, mut start) = (Vec::new(), Vec::new(), 0);
        for (index, byte) in text.bytes().enumerate() {
            let end = scanner.advance(byte);
            if end == End::Nothing {
                continue;
            }
            fields.push(&text[start..index]);
            start = index + 1;
            if end == End::Record {
                records.push(std::mem::take(&mut fields));
            }
        }
        records.retain(|record: &Vec<&str>| record != &[""]);
        records
    }

    #[test]
    fn fields_are_those_of_the_csv_crate() {
        for text in [
            "a,b\n1,2\n",
            "a,\"b\nc\"\r\n\"d\"\"e\",f\n",
            "5\" pipe,\"x\"y\n\"\",\n",
            "\n\na,b\n",
            ",,\n\"a,b\",c,\"\"\"\"\n",
        ] {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let want: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let got: Vec<Vec<String>> = scan(text)
                .iter()
                .map(|record| {
                    record
                        .iter()
                        .map(|field| super::super::csv_block::unquote(field).into_owned())
                        .collect()
                })
                .collect();
            assert_eq!(got, want, "{text:?}");
        }
    }
}
