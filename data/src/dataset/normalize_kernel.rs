//! Words of an ASCII text, found 64 bytes at a time; tests compare them with the definition in
//! `normalize.rs`.

use relevance_pipeline::{BLOCK_BYTES, byte_mask};

/// Puts an ASCII text into lower case and adds start and end of each of its words to `edges`.
///
/// The rest of an excluded word, such as a link, is skipped up to the next whitespace. The
/// text is padded with spaces, so that every word ends before the last block does.
pub(super) fn find_words(
    text: &mut Vec<u8>,
    edges: &mut Vec<usize>,
    is_excluded: impl Fn(&[u8]) -> bool,
) {
    text.make_ascii_lowercase();
    text.resize((text.len() + 1).next_multiple_of(BLOCK_BYTES), b' ');

    let mut carry = Carry::START;
    let (blocks, _) = text.as_chunks::<BLOCK_BYTES>();
    for (block, start) in blocks.iter().zip((0..).step_by(BLOCK_BYTES)) {
        let whitespace = byte_mask(block, is_whitespace);
        let mut word = byte_mask(block, |byte| {
            byte.wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10
        });

        let field_starts = whitespace << 1 | carry.whitespace;
        let excluded = excluded_starts(block, &text[start..], field_starts, &is_excluded);
        carry.excluded = exclude(&mut word, excluded | carry.excluded, whitespace);

        let mut block_edges = word ^ (word << 1 | carry.word);
        carry.word = word >> (BLOCK_BYTES - 1);
        carry.whitespace = whitespace >> (BLOCK_BYTES - 1);
        while block_edges != 0 {
            edges.push(start + block_edges.trailing_zeros() as usize);
            block_edges &= block_edges - 1;
        }
    }
}

/// State of the last byte of a block, as the lowest bit of each number.
struct Carry {
    /// Part of a word.
    word: u64,
    /// Whitespace.
    whitespace: u64,
    /// Part of a link or handle.
    excluded: u64,
}

impl Carry {
    /// State before a text.
    const START: Self = Self {
        word: 0,
        whitespace: 1,
        excluded: 0,
    };
}

/// Returns the starts of links and handles in a block; `rest` is the text from the block on.
fn excluded_starts(
    block: &[u8; BLOCK_BYTES],
    rest: &[u8],
    field_starts: u64,
    is_excluded: impl Fn(&[u8]) -> bool,
) -> u64 {
    let first_bytes = byte_mask(block, |byte| byte == b'@' || byte == b'h' || byte == b'w');
    let mut candidates = first_bytes & field_starts;

    let mut starts = 0;
    while candidates != 0 {
        let start = lowest_bit(candidates);
        if is_excluded(&rest[start.trailing_zeros() as usize..]) {
            starts |= start;
        }
        candidates ^= start;
    }
    starts
}

/// Removes the bytes from each start up to the next whitespace from `word`.
///
/// Returns 1 if the last of them extends into the next block, else 0.
fn exclude(word: &mut u64, mut starts: u64, whitespace: u64) -> u64 {
    let mut is_open = false;
    while starts != 0 {
        let start = lowest_bit(starts);
        let whitespace_after = whitespace & start.wrapping_neg();
        is_open = whitespace_after == 0;

        // The bits from the start to before the whitespace, or to the end of the block.
        *word &= !lowest_bit(whitespace_after).wrapping_sub(start);
        starts ^= start;
    }
    u64::from(is_open)
}

const fn lowest_bit(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

/// Returns whether an ASCII byte is whitespace in the sense of [`char::is_whitespace`].
#[inline]
const fn is_whitespace(byte: u8) -> bool {
    byte.wrapping_sub(b'\t') < 5 || byte == b' '
}
