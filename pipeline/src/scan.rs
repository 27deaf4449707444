//! Where the tokens of a text stand, found 64 bytes at a time.

use std::ops::Range;

use crate::TokenCharacters;

/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// Bytes of a token that [`TokenScan::word`] packs.
const WORD: usize = TokenScan::WORD;

/// The bits of a word that belong to a token, by the token's length.
const KEPT: [[u64; 2]; WORD + 1] = {
    let mut kept = [[0; 2]; WORD + 1];
    let mut length = 1;
    while length <= WORD {
        kept[length] = if length <= 8 {
            [u64::MAX >> (64 - 8 * length), 0]
        } else {
            [u64::MAX, u64::MAX >> (128 - 8 * length)]
        };
        length += 1;
    }
    kept
};

/// A text in lower case and the places of its tokens; space that is used again from text to text.
///
/// Lower-casing first gives the same tokens as the other way round: case moves no ASCII character in or out of a token.
#[derive(Clone, Debug, Default)]
pub struct TokenScan {
    /// Whole blocks, and a word more to read from: behind the text zeros, which no token has.
    lower: Vec<u8>,
    /// Begin, end, begin, end, … of the tokens, in bytes.
    edges: Vec<u32>,
}

impl TokenScan {
    /// Bytes of a token that [`word`](Self::word) packs: hardly a token is longer.
    pub const WORD: usize = 16;

    /// Finds the tokens of `text`.
    ///
    /// # Panics
    /// When the text has 2^32 bytes or more.
    pub fn read(&mut self, text: &str, characters: TokenCharacters) {
        assert!(
            u32::try_from(text.len()).is_ok(),
            "a text of {} bytes is too long",
            text.len()
        );
        let blocks = text.len().div_ceil(BLOCK);
        self.lower.clear();
        self.lower.extend_from_slice(text.as_bytes());
        self.lower.make_ascii_lowercase();
        self.lower.resize(blocks * BLOCK + WORD, 0);
        self.edges.clear();
        let (whole, _) = self.lower.as_chunks::<BLOCK>();
        let is_plain = characters == TokenCharacters::Ascii || text.is_ascii();
        let mut before = 0;
        for (block, start) in whole.iter().zip((0..).step_by(BLOCK)) {
            let mut inside = ascii_token_bytes(block);
            if !is_plain {
                inside |= other_token_bytes(text, start as usize, characters);
            }
            let mut edges = inside ^ (inside << 1 | before);
            before = inside >> (BLOCK - 1);
            while edges != 0 {
                self.edges.push(start + edges.trailing_zeros());
                edges &= edges - 1;
            }
        }
        if before == 1 {
            self.edges
                .push(u32::try_from(text.len()).expect("checked above"));
        }
    }

    /// Bytes of text that it can take without asking for memory.
    pub(crate) const fn capacity(&self) -> usize {
        self.lower.capacity()
    }

    /// How many tokens the text has.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "a text without tokens is nothing to ask for"
    )]
    pub const fn len(&self) -> usize {
        self.edges.len() / 2
    }

    /// The places of the tokens in the text, in bytes, in their order.
    #[must_use]
    pub fn places(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        let (tokens, _) = self.edges.as_chunks::<2>();
        tokens
            .iter()
            .map(|&[start, end]| start as usize..end as usize)
    }

    /// The first bytes, in lower case, of the token at a place in two numbers, of fewer bytes the lower ones; different for
    /// any two tokens of up to [`WORD`](Self::WORD) bytes.
    ///
    /// # Panics
    /// When the place is none of the last text's.
    #[inline]
    #[must_use]
    pub fn word(&self, place: &Range<usize>) -> [u64; 2] {
        let kept = KEPT[place.len().min(WORD)];
        let (halves, _) = self.lower[place.start..place.start + WORD].as_chunks::<8>();
        [
            u64::from_le_bytes(halves[0]) & kept[0],
            u64::from_le_bytes(halves[1]) & kept[1],
        ]
    }

    /// The bytes of a token.
    pub(crate) fn token(&self, place: Range<usize>) -> &[u8] {
        &self.lower[place]
    }
}

/// One bit a byte: whether it is a lower-case ASCII letter, a digit or `_`.
#[inline]
fn ascii_token_bytes(block: &[u8; BLOCK]) -> u64 {
    let inside = block.map(|byte| {
        u8::from(byte.wrapping_sub(b'a') < 26)
            | u8::from(byte.wrapping_sub(b'0') < 10)
            | u8::from(byte == b'_')
    });
    let (eights, _) = inside.as_chunks::<8>();
    // Each product has the eight ones of its bytes side by side in its highest byte.
    let bits =
        |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights
        .iter()
        .rev()
        .fold(0, |mask, eight| mask << 8 | bits(eight))
}

/// One bit a byte of the block at `start`: whether it belongs to a token character outside ASCII.
fn other_token_bytes(text: &str, start: usize, characters: TokenCharacters) -> u64 {
    // A character may begin in the block before.
    let first = text.floor_char_boundary(start);
    let end = text.len().min(start + BLOCK);
    let mut mask = 0;
    for (place, character) in text[first..]
        .char_indices()
        .map(|(place, character)| (first + place, character))
    {
        if place >= end {
            break;
        }
        if !character.is_ascii() && characters.contains(character) {
            let bytes = place.max(start)..(place + character.len_utf8()).min(end);
            bytes.for_each(|byte| mask |= 1 << (byte - start));
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;
    use proptest::prelude::*;

    fn scanned(text: &str, characters: TokenCharacters) -> Vec<String> {
        let mut scan = TokenScan::default();
        // What an earlier text left must not be seen.
        scan.read(&"Something_else ".repeat(40), characters);
        scan.read(text, characters);
        let tokens = scan
            .places()
            .map(|place| String::from_utf8(scan.token(place).to_vec()).unwrap());
        let tokens: Vec<_> = tokens.collect();
        assert_eq!(tokens.len(), scan.len());
        tokens
    }

    #[test]
    fn every_ascii_character_is_judged_as_the_definition_does() {
        for byte in 0..=127 {
            let character = char::from(byte);
            let want: Vec<_> = tokens(&character.to_string(), TokenCharacters::Ascii)
                .map(str::to_ascii_lowercase)
                .collect();
            assert_eq!(
                scanned(&character.to_string(), TokenCharacters::Ascii),
                want,
                "{character:?}"
            );
        }
    }

    #[test]
    fn words_of_tokens_differ_when_tokens_do() {
        let text = "a ab aa abcdefgh abcdefghi abcdefghij abcdefghijklmno abcdefghijklmnop b";
        let mut scan = TokenScan::default();
        scan.read(text, TokenCharacters::Ascii);
        let words: std::collections::BTreeSet<_> =
            scan.places().map(|place| scan.word(&place)).collect();
        assert_eq!(words.len(), scan.len());
        assert_eq!(
            scan.word(&(2..4)),
            [u64::from(b'b') << 8 | u64::from(b'a'), 0]
        );
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_the_definition(text in "([a-zA-Z0-9_ ,.]|\\PC|[é한नम🔥\u{212A}\0]){0,200}") {
            for characters in TokenCharacters::ALL {
                let want: Vec<_> = tokens(&text, characters).map(str::to_ascii_lowercase).collect();
                prop_assert_eq!(scanned(&text, characters), want);
            }
        }

        #[test]
        fn tokens_across_blocks_stay_whole(lengths in prop::collection::vec(1_usize..150, 1..6)) {
            let want: Vec<_> = lengths.iter().map(|&length| "x".repeat(length)).collect();
            prop_assert_eq!(scanned(&want.join(" "), TokenCharacters::Ascii), want);
        }
    }
}
