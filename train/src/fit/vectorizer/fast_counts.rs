//! Fast count of the n-grams of one length: in a cell for each pair of prefix and token, in place of
//! sorted keys.
//!
//! It serves where tokens are few, as characters are, so that the cells are not many more than the
//! n-grams of the texts.

use rayon::prelude::*;

use super::corpus::{Chunk, Corpus, RARE};
use super::level::{Key, Level, key};
use super::prefixes::Prefixes;

/// Most cells of all parts together.
const MAX_CELLS: usize = 1 << 26;
/// Most cells for each token of the corpus: clearing them then takes little time.
const MAX_CELLS_PER_TOKEN: usize = 8;
/// Cells of a part, unless there would be too many parts: they fit into a processor's second cache.
const PART_CELLS: usize = 1 << 16;
/// Most parts.
const MAX_PARTS: usize = 256;

/// The cells of one length, in parts that are counted separately.
pub struct Cells<'a> {
    corpus: &'a Corpus,
    /// The n-grams with one token less.
    prefixes: &'a Prefixes,
    /// Number of tokens, which is that of the cells of a prefix.
    width: usize,
    /// Binary logarithm of the number of prefixes in a part.
    shift: u32,
}

/// The n-grams of a chunk, in the order of the texts, grouped by part.
struct Occurrences {
    /// Index of the cell in the part.
    cells: Vec<u32>,
    /// Index of the text in the chunk.
    texts: Vec<u16>,
    /// Offsets of the parts: `[parts + 1]`.
    offsets: Vec<usize>,
}

/// Texts with one n-gram.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Number of texts.
    frequency: u32,
    /// Index of the last text, from 1.
    last_text: u32,
}

impl<'a> Cells<'a> {
    /// Cells for the n-grams that extend `prefixes`; `None` when they are too many for the corpus.
    pub fn new(corpus: &'a Corpus, prefixes: &'a Prefixes) -> Option<Self> {
        let tokens: usize = corpus.chunks.iter().map(Chunk::tokens).sum();
        let (count, width) = (prefixes.count as usize, corpus.tokens.len());
        let max_cells = MAX_CELLS.min(MAX_CELLS_PER_TOKEN * tokens);
        if count.checked_mul(width)? > max_cells {
            return None;
        }

        // A power of two, so that a shift gives the part of a prefix.
        let per_part = (PART_CELLS / width.max(1)).max(count.div_ceil(MAX_PARTS));
        Some(Self {
            corpus,
            prefixes,
            width,
            shift: per_part.next_power_of_two().trailing_zeros(),
        })
    }

    /// Counts the texts with each n-gram, and keeps the frequent ones.
    pub fn count(&self, min_document_frequency: u32) -> Level {
        let chunks = self.corpus.chunks.par_iter();
        let chunks: Vec<Occurrences> = chunks
            .zip(&self.prefixes.numbers)
            .map(|(chunk, numbers)| self.group(chunk, numbers))
            .collect();

        let counted: Vec<Vec<(Key, u32)>> = (0..self.parts())
            .into_par_iter()
            .map(|part| self.frequent(part, &chunks, min_document_frequency))
            .collect();
        let (keys, frequencies) = counted.into_iter().flatten().unzip();
        Level { keys, frequencies }
    }

    fn parts(&self) -> usize {
        (self.prefixes.count as usize).div_ceil(1 << self.shift)
    }

    /// Collects the n-grams of a chunk.
    fn group(&self, chunk: &Chunk, numbers: &[u32]) -> Occurrences {
        let mut sizes = vec![0; self.parts()];
        self.visit(chunk, numbers, |_, prefix, _| {
            sizes[prefix as usize >> self.shift] += 1;
        });
        let mut offsets = vec![0];
        offsets.extend(sizes.iter().scan(0, |end, size| {
            *end += size;
            Some(*end)
        }));

        let length = offsets[sizes.len()];
        let (mut cells, mut texts) = (vec![0; length], vec![0; length]);
        let mut next = offsets.clone();
        let in_part = (1 << self.shift) - 1;
        self.visit(chunk, numbers, |text, prefix, last| {
            let index = &mut next[prefix as usize >> self.shift];
            cells[*index] = (prefix & in_part) * number(self.width) + last;
            texts[*index] = text;
            *index += 1;
        });
        Occurrences {
            cells,
            texts,
            offsets,
        }
    }

    /// Calls `visit` with the index of the text, the prefix and the last token of each n-gram.
    fn visit(&self, chunk: &Chunk, numbers: &[u32], mut visit: impl FnMut(u16, u32, u32)) {
        for ((tokens, numbers), text) in chunk.texts_with(numbers).zip(0..) {
            let lasts = tokens.iter().skip(self.prefixes.length);
            for (&number, &last) in numbers.iter().zip(lasts) {
                if let Some(prefix) = self.prefixes.id(number).filter(|_| last != RARE) {
                    visit(text, prefix, last);
                }
            }
        }
    }

    /// Frequent n-grams of a part, with their document frequencies.
    fn frequent(
        &self,
        part: usize,
        chunks: &[Occurrences],
        min_document_frequency: u32,
    ) -> Vec<(Key, u32)> {
        let first_prefix = part << self.shift;
        let prefixes = (self.prefixes.count as usize - first_prefix).min(1 << self.shift);
        let mut cells = vec![Cell::default(); prefixes * self.width];

        let mut first_text = 1;
        for (chunk, occurrences) in self.corpus.chunks.iter().zip(chunks) {
            for (cell, text) in occurrences.part(part) {
                let cell = &mut cells[cell as usize];
                let text = first_text + u32::from(text);
                cell.frequency += u32::from(cell.last_text != text);
                cell.last_text = text;
            }
            first_text += number(chunk.texts());
        }

        let mut frequent = Vec::new();
        for (cells, prefix) in cells.chunks_exact(self.width).zip(number(first_prefix)..) {
            for (cell, token) in cells.iter().zip(0..) {
                if cell.frequency >= min_document_frequency {
                    frequent.push((key(prefix, token), cell.frequency));
                }
            }
        }
        frequent
    }
}

impl Occurrences {
    fn part(&self, part: usize) -> impl Iterator<Item = (u32, u16)> {
        let part = self.offsets[part]..self.offsets[part + 1];
        let cells = self.cells[part.clone()].iter().copied();
        cells.zip(self.texts[part].iter().copied())
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("cells, prefixes and texts are fewer than 2^32")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fit::vectorizer::sorted_counts;

    proptest! {
        #[test]
        fn cells_count_as_sorted_keys_do(
            texts in prop::collection::vec("[abcé ]{0,40}", 20..40),
            min_document_frequency in 1_u32..=3,
            longest in 2_usize..5,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let corpus = Corpus::characters(&texts, min_document_frequency, &());
            let mut prefixes = Prefixes::tokens(&corpus);

            for length in 2..=longest {
                let sorted = sorted_counts::count(&corpus, &prefixes, min_document_frequency);
                let cells = Cells::new(&corpus, &prefixes);
                prop_assert!(length > 3 || cells.is_some());
                if let Some(cells) = cells {
                    let level = cells.count(min_document_frequency);
                    prop_assert_eq!(&level.keys, &sorted.keys);
                    prop_assert_eq!(level.frequencies, &sorted.frequencies[..]);
                }
                prefixes.extend(&corpus, &sorted);
            }
        }
    }
}
