//! Token spans of a text, found 64 bytes at a time.

use std::ops::Range;

use super::byte_mask::{BLOCK_BYTES, byte_mask};
use crate::token::TokenCharacters;

const PACKED_BYTES: usize = TokenScan::PACKED_BYTES;

/// Bits of a packed token that its bytes fill, by the token's length.
const PACKED_MASKS: [[u64; 2]; PACKED_BYTES + 1] = {
    let mut masks = [[0; 2]; PACKED_BYTES + 1];
    let mut length = 1;
    while length <= PACKED_BYTES {
        masks[length] = if length <= 8 {
            [u64::MAX >> (64 - 8 * length), 0]
        } else {
            [u64::MAX, u64::MAX >> (128 - 8 * length)]
        };
        length += 1;
    }
    masks
};

/// Lower-cased text with the spans of its tokens, in a buffer that is reused from text to text.
///
/// Splitting the lower-cased text gives the same tokens as lower-casing the tokens of the text,
/// since the case of an ASCII letter does not change whether it is a token character.
#[derive(Clone, Debug, Default)]
pub struct TokenScan {
    /// The text, zeros up to a whole number of blocks, and [`PACKED_BYTES`] zeros so that a packed
    /// read stays inside.
    lower: Vec<u8>,
    /// Start, end, start, end, … of the tokens, in bytes.
    edges: Vec<u32>,
}

impl TokenScan {
    /// Bytes of a token that [`packed`](Self::packed) holds; few tokens are longer.
    pub const PACKED_BYTES: usize = 16;

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

        let blocks = text.len().div_ceil(BLOCK_BYTES);
        self.lower.clear();
        self.lower.extend_from_slice(text.as_bytes());
        self.lower.make_ascii_lowercase();
        self.lower.resize(blocks * BLOCK_BYTES + PACKED_BYTES, 0);

        self.edges.clear();
        let (whole, _) = self.lower.as_chunks::<BLOCK_BYTES>();
        let needs_ascii_alone = characters == TokenCharacters::Ascii || text.is_ascii();
        let mut before = 0;
        for (block, start) in whole.iter().zip((0..).step_by(BLOCK_BYTES)) {
            let mut inside = ascii_token_bytes(block);
            if !needs_ascii_alone {
                inside |= other_token_bytes(text, start as usize, characters);
            }

            // A bit is set where a byte inside a token follows one outside, or the other way round.
            let mut edges = inside ^ (inside << 1 | before);
            before = inside >> (BLOCK_BYTES - 1);
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

    /// Returns the bytes of text that fit without a new allocation.
    pub(crate) const fn capacity(&self) -> usize {
        self.lower.capacity()
    }

    /// Returns the number of tokens.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "no caller asks whether a text is without tokens"
    )]
    pub const fn len(&self) -> usize {
        self.edges.len() / 2
    }

    /// Returns the byte spans of the tokens in the text, in their order.
    #[must_use]
    pub fn spans(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        let (tokens, _) = self.edges.as_chunks::<2>();
        tokens
            .iter()
            .map(|&[start, end]| start as usize..end as usize)
    }

    /// Packs the first bytes of the lower-cased token at `span` into two numbers, little-endian and
    /// padded with zeros.
    ///
    /// Tokens of up to [`PACKED_BYTES`](Self::PACKED_BYTES) bytes differ exactly when their packed
    /// forms do.
    ///
    /// # Panics
    /// When the span does not lie in the last text.
    #[inline]
    #[must_use]
    pub fn packed(&self, span: &Range<usize>) -> [u64; 2] {
        let masks = PACKED_MASKS[span.len().min(PACKED_BYTES)];
        let (halves, _) = self.lower[span.start..span.start + PACKED_BYTES].as_chunks::<8>();

        [
            u64::from_le_bytes(halves[0]) & masks[0],
            u64::from_le_bytes(halves[1]) & masks[1],
        ]
    }

    /// Returns the bytes of the lower-cased token at `span`.
    pub(crate) fn token(&self, span: Range<usize>) -> &[u8] {
        &self.lower[span]
    }
}

/// Returns one bit per byte: whether it is a lower-case ASCII letter, a digit or `_`.
#[inline]
fn ascii_token_bytes(block: &[u8; BLOCK_BYTES]) -> u64 {
    byte_mask(block, |byte| {
        byte.wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10 || byte == b'_'
    })
}

/// Returns one bit per byte of the block at `start`: whether it belongs to a token character
/// outside ASCII.
fn other_token_bytes(text: &str, start: usize, characters: TokenCharacters) -> u64 {
    // A character may start in the block before.
    let first = text.floor_char_boundary(start);
    let end = text.len().min(start + BLOCK_BYTES);

    let mut mask = 0;
    for (offset, character) in text[first..].char_indices() {
        let offset = first + offset;
        if offset >= end {
            break;
        }

        if !character.is_ascii() && characters.contains(character) {
            let bytes = offset.max(start)..(offset + character.len_utf8()).min(end);
            bytes.for_each(|byte| mask |= 1 << (byte - start));
        }
    }

    mask
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::token::tokens;

    fn scanned(text: &str, characters: TokenCharacters) -> Vec<String> {
        let mut scan = TokenScan::default();
        // An earlier text must leave no trace.
        scan.read(&"Something_else ".repeat(40), characters);
        scan.read(text, characters);

        let tokens: Vec<_> = scan
            .spans()
            .map(|span| String::from_utf8(scan.token(span).to_vec()).unwrap())
            .collect();
        assert_eq!(tokens.len(), scan.len());
        tokens
    }

    #[test]
    fn every_ascii_character_is_classified_as_in_the_definition() {
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
    fn packed_tokens_differ_when_tokens_do() {
        let text = "a ab aa abcdefgh abcdefghi abcdefghij abcdefghijklmno abcdefghijklmnop b";
        let mut scan = TokenScan::default();
        scan.read(text, TokenCharacters::Ascii);

        let packed: BTreeSet<_> = scan.spans().map(|span| scan.packed(&span)).collect();
        assert_eq!(packed.len(), scan.len());
        assert_eq!(
            scan.packed(&(2..4)),
            [u64::from(b'b') << 8 | u64::from(b'a'), 0]
        );
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_the_definition(
            text in "([a-zA-Z0-9_ ,.]|\\PC|[é한नम🔥\u{212A}\0]){0,200}",
        ) {
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
