//! Tokens: the maximal runs of token characters in a text.

use serde::{Deserialize, Serialize};

use crate::unicode::UNICODE_RANGES;

/// Characters that tokens consist of; all others separate tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenCharacters {
    /// ASCII letters, digits and `_`.
    #[default]
    Ascii,
    /// Letters, marks and numbers of every script in Unicode 16.0, and `_`.
    Unicode,
}

impl TokenCharacters {
    /// Every setting, in the order of the names.
    pub const ALL: [Self; 2] = [Self::Ascii, Self::Unicode];

    /// Returns whether `character` belongs to a token.
    #[must_use]
    #[inline]
    pub fn contains(self, character: char) -> bool {
        if character.is_ascii() {
            return character.is_ascii_alphanumeric() || character == '_';
        }

        match self {
            Self::Ascii => false,
            Self::Unicode => UNICODE_RANGES
                .binary_search_by(|&(first, last)| {
                    if last < character {
                        std::cmp::Ordering::Less
                    } else if first > character {
                        std::cmp::Ordering::Greater
                    } else {
                        std::cmp::Ordering::Equal
                    }
                })
                .is_ok(),
        }
    }

    /// Returns the regular expression of a token, as one class of explicit ranges.
    ///
    /// RE2 and Rust's `regex` agree on explicit ranges. `\w`, `\b` and named classes differ between
    /// the two and between their versions.
    #[must_use]
    pub fn pattern(self) -> String {
        use std::fmt::Write as _;

        let mut pattern = String::from("[a-zA-Z0-9_");
        if self == Self::Unicode {
            for &(first, last) in UNICODE_RANGES.iter().filter(|(first, _)| !first.is_ascii()) {
                write!(
                    pattern,
                    "\\x{{{:X}}}-\\x{{{:X}}}",
                    u32::from(first),
                    u32::from(last)
                )
                .expect("writing to a string cannot fail");
            }
        }

        pattern.push_str("]+");
        pattern
    }

    /// Returns the setting with this [`pattern`](Self::pattern).
    #[must_use]
    pub fn from_pattern(pattern: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|setting| setting.pattern() == pattern)
    }
}

impl std::fmt::Display for TokenCharacters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Ascii => "ascii",
            Self::Unicode => "unicode",
        })
    }
}

/// Returns the tokens of `text` in their order, with the case of the text.
pub fn tokens(text: &str, characters: TokenCharacters) -> impl Iterator<Item = &str> {
    text.split(move |character| !characters.contains(character))
        .filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn collect(text: &str, characters: TokenCharacters) -> Vec<&str> {
        tokens(text, characters).collect()
    }

    #[test]
    fn tokens_are_the_maximal_runs_of_token_characters() {
        for (text, ascii, unicode) in [
            ("", vec![], vec![]),
            ("  \t\n", vec![], vec![]),
            (
                "Flood, waters!",
                vec!["Flood", "waters"],
                vec!["Flood", "waters"],
            ),
            ("a_b 9-c", vec!["a_b", "9", "c"], vec!["a_b", "9", "c"]),
            ("café", vec!["caf"], vec!["café"]),
            ("नमस्ते दुनिया", vec![], vec!["नमस्ते", "दुनिया"]),
            ("a\0b", vec!["a", "b"], vec!["a", "b"]),
            ("\u{212A}illed", vec!["illed"], vec!["\u{212A}illed"]),
            ("🔥fire🔥", vec!["fire"], vec!["fire"]),
        ] {
            assert_eq!(
                collect(text, TokenCharacters::Ascii),
                ascii,
                "{text:?} in ASCII"
            );
            assert_eq!(
                collect(text, TokenCharacters::Unicode),
                unicode,
                "{text:?} in Unicode"
            );
        }
    }

    #[test]
    fn every_pattern_is_parsed_to_its_setting() {
        for setting in TokenCharacters::ALL {
            assert_eq!(
                TokenCharacters::from_pattern(&setting.pattern()),
                Some(setting)
            );
        }
        assert_eq!(TokenCharacters::from_pattern(r"\w+"), None);
    }

    #[test]
    fn the_pattern_matches_exactly_the_characters_of_the_setting() {
        for setting in TokenCharacters::ALL {
            let regex = regex::Regex::new(&format!("^{}$", setting.pattern())).unwrap();
            for character in '\0'..=char::MAX {
                let mut buffer = [0; 4];
                let text = character.encode_utf8(&mut buffer);

                assert_eq!(
                    regex.is_match(text),
                    setting.contains(character),
                    "{setting} {character:?}"
                );
            }
        }
    }

    #[test]
    fn unicode_stays_at_the_letters_marks_and_numbers_of_version_16() {
        let class = regex::Regex::new(r"^[[\p{L}\p{M}\p{N}_]&&\p{Age=16.0}]$").unwrap();
        for character in '\0'..=char::MAX {
            let mut buffer = [0; 4];
            let text = character.encode_utf8(&mut buffer);
            assert_eq!(
                class.is_match(text),
                TokenCharacters::Unicode.contains(character),
                "{character:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn tokens_keep_every_token_character(text in any::<String>()) {
            for setting in TokenCharacters::ALL {
                let kept: String = text
                    .chars()
                    .filter(|&character| setting.contains(character))
                    .collect();
                prop_assert_eq!(tokens(&text, setting).collect::<String>(), kept);
            }
        }
    }
}
