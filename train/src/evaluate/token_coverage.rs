//! Part of the training texts that tokens cover.

use relevance_data::sample;
use relevance_pipeline::{TokenCharacters, TokenScan};
use serde::{Deserialize, Serialize};

/// Maximum number of texts that are measured; more would move no fraction by a hundredth.
const MAX_TEXTS: usize = 5000;

/// Scripts without spaces between words, as inclusive ranges: a token of theirs is a whole clause.
const WITHOUT_SPACES: [(char, char); 9] = [
    // Thai, Lao
    ('\u{E00}', '\u{EFF}'),
    // Myanmar
    ('\u{1000}', '\u{109F}'),
    // Khmer
    ('\u{1780}', '\u{17FF}'),
    // Hiragana, Katakana
    ('\u{3040}', '\u{30FF}'),
    // Han
    ('\u{3400}', '\u{4DBF}'),
    ('\u{4E00}', '\u{9FFF}'),
    ('\u{F900}', '\u{FAFF}'),
    // Katakana of half width
    ('\u{FF66}', '\u{FF9F}'),
    // Han in the supplementary planes
    ('\u{20000}', '\u{3FFFF}'),
];

/// Fractions of the characters, spaces apart, that belong to tokens; those of a script without spaces
/// between words do not count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenCoverage {
    /// Fraction in tokens of the setting.
    pub in_tokens: f64,
    /// Fraction in tokens of [`TokenCharacters::Unicode`].
    pub in_unicode_tokens: f64,
}

impl TokenCoverage {
    /// Smallest fraction with which a model sees enough of its texts.
    const ENOUGH: f64 = 0.5;

    /// Measures texts, evenly spaced ones if they are many; full coverage where they have no character.
    #[must_use]
    pub fn measure(texts: &[&str], characters: TokenCharacters) -> Self {
        let mut counts = Counts::default();
        let mut scan = TokenScan::default();
        for text in sample(texts, MAX_TEXTS) {
            counts.all += count(text, |character| !character.is_whitespace());
            let in_tokens = count_in_tokens(text, characters, &mut scan);
            counts.in_tokens += in_tokens;
            // The settings differ in other characters only.
            counts.in_unicode_tokens += if text.is_ascii() {
                in_tokens
            } else {
                count_in_tokens(text, TokenCharacters::Unicode, &mut scan)
            };
        }

        Self {
            in_tokens: counts.fraction(counts.in_tokens),
            in_unicode_tokens: counts.fraction(counts.in_unicode_tokens),
        }
    }

    /// Returns whether tokens cover less than half of the characters.
    #[must_use]
    pub fn is_low(self) -> bool {
        self.in_tokens < Self::ENOUGH
    }

    /// Returns whether tokens of letters of all scripts would cover at least half.
    #[must_use]
    pub fn unicode_helps(self) -> bool {
        self.is_low() && self.in_unicode_tokens >= Self::ENOUGH
    }
}

/// Numbers of characters.
#[derive(Clone, Copy, Default)]
struct Counts {
    all: usize,
    in_tokens: usize,
    in_unicode_tokens: usize,
}

impl Counts {
    #[expect(
        clippy::cast_precision_loss,
        reason = "characters of the sampled texts are far below 2^52"
    )]
    fn fraction(self, part: usize) -> f64 {
        if self.all == 0 {
            1.0
        } else {
            part as f64 / self.all as f64
        }
    }
}

fn count_in_tokens(text: &str, characters: TokenCharacters, scan: &mut TokenScan) -> usize {
    scan.read(text, characters);
    scan.spans()
        .map(|span| count(&text[span], is_of_script_with_spaces))
        .sum()
}

fn count(text: &str, counts: impl Fn(char) -> bool) -> usize {
    text.chars().filter(|&character| counts(character)).count()
}

fn is_of_script_with_spaces(character: char) -> bool {
    character.is_ascii()
        || !WITHOUT_SPACES
            .iter()
            .any(|&(first, last)| (first..=last).contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(texts: &[&str], characters: TokenCharacters) -> (f64, f64) {
        let measured = TokenCoverage::measure(texts, characters);
        (measured.in_tokens, measured.in_unicode_tokens)
    }

    #[test]
    fn characters_in_tokens_are_counted_without_spaces() {
        use TokenCharacters::{Ascii, Unicode};
        for (texts, characters, want) in [
            (&["", " "][..], Ascii, (1.0, 1.0)),
            (&["ab c!"], Ascii, (0.75, 0.75)),
            (&["пожар", "http"], Ascii, (4.0 / 9.0, 1.0)),
            (&["пожар", "http"], Unicode, (1.0, 1.0)),
            (
                &["洪水が迫る", "ไฟไหม้", "ab"],
                Unicode,
                (2.0 / 13.0, 2.0 / 13.0),
            ),
            (&["🔥🔥🔥 ok"], Ascii, (0.4, 0.4)),
        ] {
            assert_eq!(coverage(texts, characters), want, "{texts:?}");
        }
    }

    #[test]
    fn letters_of_all_scripts_help_where_words_have_spaces_between_them() {
        for (texts, is_low, unicode_helps) in [
            (["flood waters", "are rising"], false, false),
            (["пожар рядом", "http co"], true, true),
            (["洪水が迫っている", "地震だ"], true, false),
        ] {
            let measured = TokenCoverage::measure(&texts, TokenCharacters::Ascii);
            assert_eq!(
                (measured.is_low(), measured.unicode_helps()),
                (is_low, unicode_helps),
                "{texts:?}"
            );
        }
    }
}
