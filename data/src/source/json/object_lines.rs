//! Objects on a line each, from any layout.

use std::borrow::Cow;
use std::io::BufRead;

use super::object::JsonObject;
use super::objects::Objects;
use super::repair::{repair, to_line};
use crate::error::DataError;

/// Objects in plain JSON, one per line, with the lines of the file on which they begin.
#[derive(Debug, Default)]
pub struct ObjectLines {
    /// The objects, each with a line feed.
    pub text: String,
    /// Line of each object in its file, from 1.
    pub lines: Vec<u64>,
}

impl ObjectLines {
    /// Appends the next objects until there are at least `min_bytes`, and returns whether there were
    /// any.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or an object is malformed; those before it are appended.
    pub fn read<R: BufRead>(
        &mut self,
        objects: &mut Objects<R>,
        min_bytes: usize,
    ) -> Result<bool, DataError> {
        let before = self.lines.len();
        while self.text.len() < min_bytes && objects.advance()? {
            let length = objects.measure()?;
            let json = objects.text(length)?;
            let repaired = repair(json);
            objects.parse::<JsonObject<'_>>(&repaired)?;

            let is_plain_line =
                matches!(repaired, Cow::Borrowed(_)) && !json.contains(['\n', '\r']);
            if is_plain_line {
                self.text.push_str(json);
            } else {
                to_line(json, &mut self.text);
            }
            self.text.push('\n');
            self.lines.push(objects.line());
            objects.skip(length);
        }
        Ok(self.lines.len() > before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(json: &str) -> (String, Vec<u64>) {
        let mut lines = ObjectLines::default();
        let mut objects = Objects::new("a.json", json.as_bytes(), 1);
        while lines.read(&mut objects, 1).unwrap() {
            let length = lines.text.len();
            let more = lines.read(&mut objects, length + 1).unwrap();
            assert!(more || !objects.advance().unwrap());
        }
        (lines.text, lines.lines)
    }

    #[test]
    fn objects_of_every_layout_come_one_per_line() {
        for (json, want, numbers) in [
            (
                "[\n{\"a\": [1,\n 2]},\n\n{\"b c\": \"d  e\"}]",
                "{\"a\":[1,2]}\n{\"b c\": \"d  e\"}\n",
                &[2, 5][..],
            ),
            ("{\"a\": 1} {\"a\": 2}", "{\"a\": 1}\n{\"a\": 2}\n", &[1, 1]),
            (
                "{\"a\": NaN,\n\"b\": -Infinity}",
                "{\"a\":null,\"b\":\"-inf\"}\n",
                &[1],
            ),
            (
                "{\"a\": \"NaN \\\" \\ud83d\"}",
                "{\"a\":\"NaN \\\" \\ufffd\"}\n",
                &[1],
            ),
            ("[]", "", &[]),
        ] {
            assert_eq!(lines(json), (want.to_owned(), numbers.to_vec()), "{json}");
        }
    }
}
