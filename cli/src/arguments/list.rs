//! Flags with several values between commas.

use std::str::FromStr;

/// Values between commas, as in a line of CSV: one that contains a comma is between double quotes, and
/// a double quote in it is doubled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommaList(Vec<String>);

impl CommaList {
    /// Returns the values of all lists in order.
    pub fn values(lists: &[Self]) -> Vec<String> {
        lists.iter().flat_map(|list| list.0.clone()).collect()
    }
}

impl FromStr for CommaList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut values = Vec::new();
        let mut rest = text;
        loop {
            let (value, after) = if let Some(quoted) = rest.strip_prefix('"') {
                take_quoted(quoted)?
            } else {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            };
            values.push(value);

            match after.strip_prefix(',') {
                Some(after) => rest = after,
                None => return Ok(Self(values)),
            }
        }
    }
}

/// Takes a value up to its closing quote, and returns the text after it too.
fn take_quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            return Err(
                "a double quote opens a value and none closes it; double a quote that is part of \
                 the value"
                    .to_owned(),
            );
        };
        value.push_str(before);

        match after.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                rest = after;
            }
            None if after.is_empty() || after.starts_with(',') => return Ok((value, after)),
            None => {
                return Err("a comma must follow the double quote that closes a value".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_split_as_a_line_of_csv() {
        for (text, want) in [
            ("a", &["a"][..]),
            ("a,b c", &["a", "b c"]),
            ("", &[""]),
            ("a,", &["a", ""]),
            (r#""a,b",c"#, &["a,b", "c"]),
            (r#"c,"a ""b"", d""#, &["c", r#"a "b", d"#]),
            (r#"5" pipe,b"#, &[r#"5" pipe"#, "b"]),
            (r#""""#, &[""]),
        ] {
            let list: CommaList = text.parse().unwrap();
            assert_eq!(list.0, want, "{text}");
        }

        for (text, want) in [
            (r#""a,b"#, "none closes it"),
            (r#"a,"b"c"#, "a comma must follow"),
            (r#"""""#, "none closes it"),
        ] {
            let error = text.parse::<CommaList>().unwrap_err();
            assert!(error.contains(want), "{text}: {error}");
        }
    }
}
