//! Rules for names of models, aliases and files.

use crate::error::StoreError;
use crate::layout::MANIFEST;

const MAX_LENGTH: usize = 64;
const NAME_RULE: &str =
    "1 to 64 lower-case letters, digits, `_` and `-`, the first a letter or a digit";
const ALIAS_RULE: &str = "1 to 64 lower-case letters, digits, `_` and `-`, the first a letter or a digit, not all \
     digits";
const FILE_RULE: &str =
    "letters, digits, `.`, `_` and `-`, the first a letter or a digit, and not `manifest.json`";
const DIGEST_RULE: &str = "64 lower-case hexadecimal digits";

/// Checks that a model's name matches `[a-z0-9][a-z0-9_-]{0,63}`.
///
/// # Errors
///
/// When it does not.
pub fn validate_name(name: &str) -> Result<(), StoreError> {
    accept(is_word(name), "model name", name, NAME_RULE)
}

/// Checks that an alias matches `[a-z0-9][a-z0-9_-]{0,63}` and is not a number.
pub(crate) fn validate_alias(alias: &str) -> Result<(), StoreError> {
    accept(
        is_word(alias) && !is_number(alias),
        "alias",
        alias,
        ALIAS_RULE,
    )
}

/// Checks that a file name is one plain segment and not the manifest's.
pub(crate) fn validate_file(file: &str) -> Result<(), StoreError> {
    let plain = file.starts_with(|first: char| first.is_ascii_alphanumeric())
        && file
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || "._-".contains(each));

    accept(plain && file != MANIFEST, "file name", file, FILE_RULE)
}

/// Returns whether a name follows the rule for models.
pub(crate) fn is_word(name: &str) -> bool {
    name.len() <= MAX_LENGTH
        && name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && name
            .chars()
            .all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || "_-".contains(each))
}

/// Returns whether a selector is a version's number rather than an alias.
pub(crate) fn is_number(selector: &str) -> bool {
    !selector.is_empty() && selector.bytes().all(|each| each.is_ascii_digit())
}

/// Returns whether a text is a SHA-256 in 64 lower-case hexadecimal digits.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|each| matches!(each, b'0'..=b'9' | b'a'..=b'f'))
}

/// Checks that a digest is a SHA-256 in lower case.
pub(crate) fn validate_digest(digest: &str) -> Result<(), StoreError> {
    accept(is_digest(digest), "digest", digest, DIGEST_RULE)
}

fn accept(
    valid: bool,
    kind: &'static str,
    value: &str,
    rule: &'static str,
) -> Result<(), StoreError> {
    if valid {
        return Ok(());
    }
    Err(StoreError::InvalidName {
        kind,
        value: value.to_owned(),
        rule,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule() {
        for name in ["relevance", "a", "0", "en-us_2", &"x".repeat(64)] {
            assert!(validate_name(name).is_ok(), "{name}");
        }

        for name in [
            "",
            "A",
            "-a",
            "_a",
            "a b",
            "a/b",
            "..",
            "é",
            &"x".repeat(65),
        ] {
            assert!(validate_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn alias_is_not_a_number() {
        assert!(validate_alias("production").is_ok());
        assert!(validate_alias("2026-11").is_ok());
        assert!(validate_alias("12").is_err());
    }

    #[test]
    fn files_are_one_plain_segment() {
        for file in ["model.onnx", "card.md", "a-b_c.1"] {
            assert!(validate_file(file).is_ok(), "{file}");
        }
        for file in ["", ".hidden", "a/b", "a\\b", "..", "manifest.json", "a#1"] {
            assert!(validate_file(file).is_err(), "{file}");
        }
    }
}
