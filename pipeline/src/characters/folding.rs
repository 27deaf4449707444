//! Folding of characters: whitespace to a space, other characters to their simple lower case.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Character that no n-gram of a vocabulary contains: every character without a place in a model's
/// folding table becomes it.
///
/// It is a noncharacter of Unicode. U+0000 folds to it, since strings end there in some runtimes.
pub const UNKNOWN_CHARACTER: char = '\u{FFFE}';

/// Characters from here on fold to themselves.
const FIRST_UNFOLDED: char = '\u{20000}';

/// Returns the folded form of a character, which is one character too.
#[must_use]
#[inline]
pub fn fold(character: char) -> char {
    if character.is_ascii() {
        return match character {
            '\0' => UNKNOWN_CHARACTER,
            '\t' | '\n' | '\x0B' | '\x0C' | '\r' => ' ',
            _ => character.to_ascii_lowercase(),
        };
    }
    if character.is_whitespace() {
        return ' ';
    }

    // Only U+0130 has a lower case of two characters; its simple lower case is the first of them.
    character.to_lowercase().next().unwrap_or(character)
}

/// Returns every character whose folded form is one of `folded`, with that form, ascending.
#[must_use]
pub fn folding_table(folded: &BTreeSet<char>) -> Vec<(char, char)> {
    let own = folded
        .iter()
        .filter(|&&character| fold(character) == character)
        .map(|&character| (character, character));
    let changed = CHANGED
        .iter()
        .copied()
        .filter(|(_, form)| folded.contains(form));

    let mut table: Vec<(char, char)> = own.chain(changed).collect();
    table.sort_unstable();
    table
}

/// The characters that differ from their folded forms, ascending.
static CHANGED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    ('\0'..FIRST_UNFOLDED)
        .map(|character| (character, fold(character)))
        .filter(|(character, form)| character != form)
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_whitespace_are_folded_one_to_one() {
        for (character, want) in [
            ('a', 'a'),
            ('A', 'a'),
            ('\n', ' '),
            ('\u{A0}', ' '),
            ('\u{2028}', ' '),
            ('\0', UNKNOWN_CHARACTER),
            ('É', 'é'),
            ('Я', 'я'),
            ('\u{130}', 'i'),
            ('\u{212A}', 'k'),
            ('ẞ', 'ß'),
            ('Σ', 'σ'),
            ('ς', 'ς'),
            ('水', '水'),
        ] {
            assert_eq!(fold(character), want, "{character:?}");
        }
    }

    #[test]
    fn folding_a_folded_character_changes_nothing() {
        for character in '\0'..=char::MAX {
            assert_eq!(fold(fold(character)), fold(character), "{character:?}");
        }
    }

    /// A later version of Unicode would change the table in the model file for equal training data.
    #[test]
    fn folding_stays_at_a_version_of_unicode() {
        let mut digest = 0xcbf2_9ce4_8422_2325_u64;
        let mut changed = 0;
        for character in '\0'..=char::MAX {
            let form = fold(character);
            if form != character {
                changed += 1;
                assert!(character < FIRST_UNFOLDED, "{character:?}");
                for number in [u32::from(character), u32::from(form)] {
                    digest = (digest ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3);
                }
            }
        }

        assert_eq!((changed, digest), (1_513, 14_723_071_110_304_563_954));
    }

    #[test]
    fn the_table_has_every_character_with_a_known_form() {
        let folded: BTreeSet<char> = ['k', ' ', 'é', '水', 'K'].into();
        let table = folding_table(&folded);
        let want: Vec<(char, char)> = ('\0'..=char::MAX)
            .map(|character| (character, fold(character)))
            .filter(|(_, form)| folded.contains(form))
            .collect();

        assert_eq!(table, want);
        assert!(table.contains(&('\u{212A}', 'k')));
    }
}
