//! Normalised texts: without case, links, handles, punctuation and repeated whitespace.
//!
//! Rows with equal normalised text always stay in one subset of a split.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use crate::dataset::normalize_kernel;

/// Beginnings of a link, in lower case.
const LINKS: [&[u8]; 3] = [b"http://", b"https://", b"www."];
/// Odd multiplier that mixes all bits of a hash: the golden ratio × 2^64.
const MIXER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Words of a text in lower case, without links, handles and punctuation; its memory is reused from
/// text to text.
#[derive(Default)]
pub(crate) struct Words {
    lower: Vec<u8>,
    /// Start, end, start, end, … of the words in `lower`.
    edges: Vec<usize>,
}

impl Words {
    /// Finds the words of `text`.
    pub fn read(&mut self, text: &str) {
        self.lower.clear();
        self.edges.clear();

        if text.is_ascii() {
            self.lower.extend_from_slice(text.as_bytes());
            normalize_kernel::find_words(
                &mut self.lower,
                &mut self.edges,
                starts_with_link_or_handle,
            );
        } else {
            self.lower.extend_from_slice(text.to_lowercase().as_bytes());
            find_words(&self.lower, &mut self.edges);
        }
    }

    /// Returns the words in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let (words, _) = self.edges.as_chunks::<2>();
        words.iter().map(|&[start, end]| &self.lower[start..end])
    }
}

/// Adds start and end of each word of a text in lower case to `edges`; the definition for any text.
fn find_words(lower: &[u8], edges: &mut Vec<usize>) {
    let lower = str::from_utf8(lower).expect("a text in lower case is UTF-8");
    let kept = lower
        .split_whitespace()
        .filter(|field| !starts_with_link_or_handle(field.as_bytes()));
    let words = kept
        .flat_map(|field| field.split(|character: char| !character.is_alphanumeric()))
        .filter(|word| !word.is_empty());

    for word in words {
        let start = word.as_ptr().addr() - lower.as_ptr().addr();
        edges.extend([start, start + word.len()]);
    }
}

/// Replaces `normalized` by the normalised `text`, as UTF-8.
///
/// A text without words is kept unchanged, so that different texts of links alone stay different.
pub(crate) fn normalize_into(text: &str, words: &mut Words, normalized: &mut Vec<u8>) {
    words.read(text);
    normalized.clear();

    for word in words.iter() {
        normalized.extend_from_slice(word);
        normalized.push(b' ');
    }
    if normalized.pop().is_none() {
        normalized.extend_from_slice(text.as_bytes());
    }
}

/// Returns the normalised text: its words in lower case with single spaces between them, without
/// links, handles and punctuation.
///
/// Rows with equal normalised text stay in one subset of a [`Split`](crate::Split).
///
/// # Panics
/// Never: words are cut from a text between characters.
#[must_use]
pub fn normalize(text: &str) -> String {
    let mut normalized = Vec::new();
    normalize_into(text, &mut Words::default(), &mut normalized);
    String::from_utf8(normalized).expect("words are cut between characters")
}

/// Replaces `hashes` by the hash of each word, or of the whole text if it has no word.
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
    (hash ^ (hash >> 32)).wrapping_mul(MIXER)
}

/// Returns whether a text in lower case starts with a link or a handle.
fn starts_with_link_or_handle(lower: &[u8]) -> bool {
    lower.starts_with(b"@") || LINKS.iter().any(|link| lower.starts_with(link))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word_hashes(text: &str) -> Vec<u64> {
        let (mut words, mut hashes) = (Words::default(), vec![1]);
        words.read("words of an earlier text");
        word_hashes_into(text, &mut words, &mut hashes);
        hashes
    }

    #[test]
    fn case_links_handles_punctuation_and_whitespace_are_removed() {
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
    fn words_keep_their_order() {
        assert_ne!(normalize("flood in town"), normalize("town in flood"));
        assert_ne!(normalize("flood 1"), normalize("flood 2"));
        assert_eq!(normalize("it's"), "it s");
        assert_eq!(
            normalize("Überflutung in KÖLN – 3 Tote"),
            "überflutung in köln 3 tote"
        );
    }

    #[test]
    fn texts_without_words_are_unchanged() {
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
        fn kernel_finds_the_words_of_the_definition(
            parts in prop::collection::vec("(@|[Hh]ttps?:/{1,2}|WWW[.]?|[ -~\t-\r]{0,3})[ -~]{0,4}[\t-\r ]{0,2}", 0..60),
        ) {
            let text = parts.concat();
            let (mut kernel, mut definition) = (Words::default(), Words::default());
            kernel.read(&text);
            definition.lower.extend_from_slice(text.to_lowercase().as_bytes());
            find_words(&definition.lower, &mut definition.edges);

            let words: Vec<&[u8]> = definition.iter().collect();
            prop_assert_eq!(kernel.iter().collect::<Vec<_>>(), words.clone());
            prop_assert_eq!(word_hashes(&text).len(), words.len().max(1));

            let want = if words.is_empty() { text.clone().into_bytes() } else { words.join(&b' ') };
            prop_assert_eq!(normalize(&text).into_bytes(), want);
        }
    }
}
