//! Frequent n-grams, one length after the other.
//!
//! An n-gram cannot be in more texts than its prefix, so only frequent n-grams are extended
//! (Agrawal and Srikant 1994).

use super::corpus::Corpus;
use super::fast_counts::Cells;
use super::level::{Level, parts};
use super::prefixes::{Prefixes, number};
use super::sorted_counts;

/// The frequent n-grams of each length.
///
/// Each has a *number*: tokens come first, then the n-grams of two tokens, and so on, those of one
/// length in the order of their keys.
pub struct Ngrams {
    /// N-grams of two tokens, of three, and so on.
    pub levels: Vec<Level>,
    /// Number of the longest frequent n-gram from each token of the corpus on,
    /// [`RARE`](super::corpus::RARE) for a rare token: `[chunks][tokens]`. The shorter ones are its
    /// prefixes, since these are frequent too.
    pub longest: Vec<Vec<u32>>,
}

impl Ngrams {
    /// Counts the n-grams of 2 to `longest` tokens.
    pub fn count(corpus: &Corpus, longest: usize, min_document_frequency: u32) -> Self {
        let mut levels: Vec<Level> = Vec::new();
        let mut prefixes = Prefixes::tokens(corpus);

        for _ in 2..=longest {
            let level = match Cells::new(corpus, &prefixes) {
                Some(cells) => cells.count(min_document_frequency),
                None => sorted_counts::count(corpus, &prefixes, min_document_frequency),
            };
            prefixes.extend(corpus, &level);
            levels.push(level);
        }
        Self {
            levels,
            longest: prefixes.numbers,
        }
    }

    /// Number of the prefix of each n-gram of two tokens and more, in the order of the numbers.
    pub fn prefixes(&self, tokens: usize) -> impl Iterator<Item = u32> {
        let mut first = 0;
        let mut length_count = tokens;
        self.levels.iter().flat_map(move |level| {
            let start = first;
            first += number(length_count);
            length_count = level.keys.len();
            level.keys.iter().map(move |&key| start + parts(key).0)
        })
    }
}
