//! Search for the end of a JSON object that spans any number of lines.

/// Description of a byte that no object can have at its place.
pub(super) type Cause = String;

/// Incremental scanner of one object, which looks at brackets and strings alone.
#[derive(Default)]
pub(super) struct Extent {
    /// Brackets that are open.
    open: Vec<u8>,
    string: Position,
    /// Last byte outside strings that is not whitespace.
    previous: u8,
}

#[derive(Clone, Copy, Default)]
enum Position {
    #[default]
    Outside,
    String,
    Escape,
}

impl Extent {
    /// Scans the next bytes and returns the offset behind the object, if they have its end.
    ///
    /// # Errors
    ///
    /// The offset of a byte that cannot be in an object there, and a description.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<usize>, (usize, Cause)> {
        for (offset, &byte) in bytes.iter().enumerate() {
            match (self.string, byte) {
                (Position::String, b'"') => self.string = Position::Outside,
                (Position::String, b'\\') => self.string = Position::Escape,
                (Position::String | Position::Escape, b'\n') => {
                    let cause = "a line break inside a string: its closing `\"` is missing, or the \
                                 line break must be written `\\n`";
                    return Err((offset, cause.to_owned()));
                }
                (Position::String, _) => {}
                (Position::Escape, _) => self.string = Position::String,
                (Position::Outside, _) if byte.is_ascii_whitespace() => {}
                (Position::Outside, _) => {
                    self.push_outside(byte).map_err(|cause| (offset, cause))?;
                    self.previous = byte;
                    if self.open.is_empty() {
                        return Ok(Some(offset + 1));
                    }
                }
            }
        }
        Ok(None)
    }

    fn push_outside(&mut self, byte: u8) -> Result<(), Cause> {
        if !self.can_follow(byte) {
            let found = if byte.is_ascii() {
                format!("`{}`", char::from(byte))
            } else {
                "this character".to_owned()
            };
            return Err(format!(
                "a comma, a colon or a closing bracket is missing before {found}"
            ));
        }

        match byte {
            b'"' => self.string = Position::String,
            b'{' | b'[' => self.open.push(byte),
            b'}' | b']' => {
                let want = match self.open.pop() {
                    Some(b'[') => b']',
                    _ => b'}',
                };
                if byte != want {
                    let [byte, want] = [byte, want].map(char::from);
                    return Err(format!("`{byte}` where `{want}` was expected"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns whether the byte can follow the previous one, so that an object or a string that is
    /// not closed ends soon, not with the file.
    fn can_follow(&self, byte: u8) -> bool {
        let is_after = |bytes: &[u8]| bytes.contains(&self.previous);
        match (self.open.last(), byte) {
            (None, _) | (_, b'}' | b']' | b',' | b':') => true,
            (Some(b'['), b'{' | b'[') => is_after(b"[,"),
            (Some(_), b'{' | b'[') => is_after(b":"),
            (Some(_), b'"') => is_after(b"{[,:"),
            (Some(_), _) => !is_after(b"\"}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_is_found_however_the_bytes_are_cut() {
        let object = r#"{"a": [1, {"b": "}\" ] \\"}, []], "c": {}}"#;
        let text = format!("{object} {{");
        for cut in 0..object.len() {
            let mut extent = Extent::default();
            let (first, second) = text.split_at(cut);
            assert_eq!(extent.push(first.as_bytes()), Ok(None), "{cut}");
            let end = extent.push(second.as_bytes()).unwrap().unwrap();
            assert_eq!(cut + end, object.len(), "{cut}");
        }
    }

    #[test]
    fn byte_that_cannot_be_in_an_object_is_an_error() {
        for (text, offset, part) in [
            ("{\"a\": [1}", 8, "`}` where `]`"),
            ("{\"a\": \"b, \"c\": 1}", 11, "missing before `c`"),
            ("{\"a\": 1 \"c\": 1}", 8, "missing before `\"`"),
            ("{\"a\" \u{201c}b", 5, "missing before this character"),
            ("{\"a\": 1]", 7, "`]` where `}`"),
            ("{\"a\": \"b\n\"}", 8, "line break inside a string"),
            ("{\"a\": 1\n{\"a\": 2}", 8, "missing before `{`"),
            ("{\"a\": 1,\n{\"a\": 2}", 9, "missing before `{`"),
        ] {
            let (at, cause) = Extent::default().push(text.as_bytes()).unwrap_err();
            assert_eq!(at, offset, "{text}");
            assert!(cause.contains(part), "{cause}");
        }
    }
}
