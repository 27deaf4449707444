//! What of a text tells it from another one, when a split must not see the same sentence on two sides.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// What begins a link, in lower case.
const LINKS: [&[u8]; 3] = [b"http://", b"https://", b"www."];
/// Spreads a hash over all of its bits: the golden ratio × 2^64.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// The words of a text, in lower case and without links, handles and punctuation; space that is used again from text to text.
#[derive(Default)]
pub(crate) struct Words {
    lower: Vec<u8>,
    /// Begin, end, begin, end, … of the words in `lower`.
    edges: Vec<usize>,
}

impl Words {
    /// Finds the words of `text`.
    pub fn read(&mut self, text: &str) {
        self.lower.clear();
        self.edges.clear();

        if text.is_ascii() {
            self.lower.extend_from_slice(text.as_bytes());
            self.lower.make_ascii_lowercase();
            // A blank, so that every word ends before the last block does.
            self.lower
                .resize((text.len() + 1).next_multiple_of(BLOCK), b' ');
            self.find_in_ascii();
        } else {
            self.lower.extend_from_slice(text.to_lowercase().as_bytes());
            self.find();
        }
    }

    /// The words in their order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let (words, _) = self.edges.as_chunks::<2>();
        words.iter().map(|&[start, end]| &self.lower[start..end])
    }

    /// A block at a time: bits of a number are the bytes of a block.
    fn find_in_ascii(&mut self) {
        let (blocks, _) = self.lower.as_chunks::<BLOCK>();
        let (mut was_word, mut was_blank, mut is_left_out) = (0, 1, false);

        for (block, start) in blocks.iter().zip((0..).step_by(BLOCK)) {
            let mut word = bits(block, |byte| {
                byte.wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10
            });
            let blank = bits(block, is_blank);
            let suspect = bits(block, |byte| byte == b'@' || byte == b'h' || byte == b'w');
            // As if it began with the block.
            let mut left_out = u64::from(is_left_out);
            let mut suspects = suspect & (blank << 1 | was_blank);
            while suspects != 0 {
                let place = suspects & suspects.wrapping_neg();
                if begins_what_is_left_out(&self.lower[start + place.trailing_zeros() as usize..]) {
                    left_out |= place;
                }
                suspects ^= place;
            }
            is_left_out = false;
            while left_out != 0 {
                let place = left_out & left_out.wrapping_neg();
                let end = blank & place.wrapping_neg();
                is_left_out = end == 0;
                // From the place to before the blank that ends it, or to the end of the block.
                word &= !((end & end.wrapping_neg()).wrapping_sub(place));
                left_out ^= place;
            }
            let mut edges = word ^ (word << 1 | was_word);
            (was_word, was_blank) = (word >> (BLOCK - 1), blank >> (BLOCK - 1));
            while edges != 0 {
                self.edges.push(start + edges.trailing_zeros() as usize);
                edges &= edges - 1;
            }
        }
    }

    /// What [`find_in_ascii`](Self::find_in_ascii) does, for any text.
    fn find(&mut self) {
        let lower = str::from_utf8(&self.lower).expect("a text in lower case is one");
        let kept = lower
            .split_whitespace()
            .filter(|word| !begins_what_is_left_out(word.as_bytes()));
        let parts =
            kept.flat_map(|word| word.split(|character: char| !character.is_alphanumeric()));

        for part in parts.filter(|part| !part.is_empty()) {
            let start = part.as_ptr().addr() - lower.as_ptr().addr();
            self.edges.extend([start, start + part.len()]);
        }
    }
}

/// Replaces `wording` by the words of `text` in lower case with single blanks between them, without links, handles and
/// punctuation; as UTF-8.
///
/// A text that has nothing else keeps all of it, so that texts of links alone are not taken for one.
pub(crate) fn normalize_into(text: &str, words: &mut Words, wording: &mut Vec<u8>) {
    words.read(text);
    wording.clear();
    let Words { lower, edges } = words;
    // Words with a single byte between them are moved together.
    let mut start = edges.first().copied().unwrap_or_default();

    for gap in edges[edges.len().min(1)..].chunks(2) {
        match *gap {
            [end, next] if next == end + 1 => lower[end] = b' ',
            _ => {
                wording.extend_from_slice(&lower[start..gap[0]]);
                wording.push(b' ');
                start = gap.get(1).copied().unwrap_or_default();
            }
        }
    }

    if wording.pop().is_none() {
        wording.extend_from_slice(text.as_bytes());
    }
}

/// The wording of one text: its words in lower case with single blanks between them, without links, handles and
/// punctuation; texts of one wording stay on one side of a [`Split`](crate::Split).
///
/// # Panics
/// Never: words are cut from a text between characters.
#[must_use]
pub fn normalize(text: &str) -> String {
    let mut wording = Vec::new();
    normalize_into(text, &mut Words::default(), &mut wording);
    String::from_utf8(wording).expect("words are cut between characters")
}

/// Replaces `hashes` by that of each word of the wording; by that of the whole text when it has no word.
pub(crate) fn word_hashes_into(text: &str, words: &mut Words, hashes: &mut Vec<u64>) {
    words.read(text);
    hashes.clear();
    hashes.extend(words.iter().map(hash));
    if hashes.is_empty() {
        hashes.push(hash(text.as_bytes()));
    }
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)).wrapping_mul(SPREAD)
}

/// One bit a byte: whether it `is` something.
#[inline]
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let ones = block.map(|byte| u8::from(is(byte)));
    let (eights, _) = ones.as_chunks::<8>();
    // Each product has the eight ones of its bytes side by side in its highest byte.
    let bits =
        |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights
        .iter()
        .rev()
        .fold(0, |mask, eight| mask << 8 | bits(eight))
}

/// Whether a link or a handle begins a text in lower case.
fn begins_what_is_left_out(lower: &[u8]) -> bool {
    lower.starts_with(b"@") || LINKS.iter().any(|link| lower.starts_with(link))
}

/// Whether an ASCII byte is white space as [`char::is_whitespace`] has it.
#[inline]
const fn is_blank(byte: u8) -> bool {
    byte.wrapping_sub(b'\t') < 5 || byte == b' '
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word_hashes(text: &str) -> Vec<u64> {
        let (mut words, mut hashes) = (Words::default(), vec![1]);
        words.read("what an earlier text left");
        word_hashes_into(text, &mut words, &mut hashes);
        hashes
    }

    #[test]
    fn case_links_handles_punctuation_and_blanks_do_not_count() {
        for text in [
            "flood in town",
            "Flood in TOWN!",
            "  flood\tin \n town ",
            "@someone flood in town http://t.co/x",
            "\"flood\" -- in town... www.example.org HTTPS://t.co/y",
        ] {
            assert_eq!(normalize(text), "flood in town", "{text:?}");
        }
    }

    #[test]
    fn words_count_in_their_order() {
        assert_ne!(normalize("flood in town"), normalize("town in flood"));
        assert_ne!(normalize("flood 1"), normalize("flood 2"));
        assert_eq!(normalize("it's"), "it s");
        assert_eq!(
            normalize("Überflutung in KÖLN – 3 Tote"),
            "überflutung in köln 3 tote"
        );
    }

    #[test]
    fn texts_without_words_stay_apart() {
        for text in ["", "!!", "http://t.co/x", "@someone", "–"] {
            assert_eq!(normalize(text), text);
        }
        assert_ne!(word_hashes("http://t.co/x"), word_hashes("http://t.co/y"));
    }

    #[test]
    fn equal_words_have_equal_hashes() {
        let hashes = word_hashes("Flood in town, FLOOD! http://t.co/x");
        assert_eq!((hashes.len(), hashes[0]), (4, hashes[3]));
        assert_eq!(
            hashes[..3],
            word_hashes("flood–in–town")[..],
            "ASCII or not"
        );
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
    }

    proptest! {
        #[test]
        fn ascii_is_read_as_other_texts_are(
            parts in prop::collection::vec("(@|[Hh]ttps?:/{1,2}|WWW[.]?|[ -~\t-\r]{0,3})[ -~]{0,4}[\t-\r ]{0,2}", 0..60),
        ) {
            let text = parts.concat();
            let (mut fast, mut slow) = (Words::default(), Words::default());
            fast.read(&text);
            slow.lower.extend_from_slice(text.to_lowercase().as_bytes());
            slow.find();
            let words: Vec<&[u8]> = slow.iter().collect();

            prop_assert_eq!(fast.iter().collect::<Vec<_>>(), words.clone());
            prop_assert_eq!(word_hashes(&text).len(), words.len().max(1));

            let want = if words.is_empty() { text.clone().into_bytes() } else { words.join(&b' ') };
            prop_assert_eq!(normalize(&text).into_bytes(), want);
        }
    }
}
