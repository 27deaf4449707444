//! Texts to the numbers of their tokens, on all cores.
//!
//! Texts are cut into chunks whose size depends on their number alone, and tokens are numbered in the order of their bytes,
//! so that the number of threads changes nothing.

use rayon::prelude::*;
use relevance_data::StringArena;
use relevance_pipeline::{TokenCharacters, TokenScan};
use rustc_hash::FxHashMap;

use crate::progress::Observer;

/// Stands for a token that is in too few texts to be part of any term.
pub const RARE: u32 = u32::MAX;

/// How many chunks the texts are cut into, within the limits below: each has most of the common tokens once more.
const CHUNKS: usize = 16;
const CHUNK_TEXTS: std::ops::RangeInclusive<usize> = 512..=65_536;

/// The tokens of all texts, as numbers.
pub struct Corpus {
    /// The tokens that stand in enough texts, in the order of their bytes.
    pub tokens: Vec<String>,
    /// In how many texts each stands: `[tokens]`.
    pub frequencies: Vec<u32>,
    /// The texts, in their order.
    pub chunks: Vec<Chunk>,
}

/// Some of the texts: the tokens of text i are `numbers[ends[i]..ends[i + 1]]`.
pub struct Chunk {
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

/// A chunk with numbers of its own.
struct LocalChunk {
    chunk: Chunk,
    /// The tokens in the order in which they were first seen.
    tokens: StringArena,
    /// In how many of the chunk's texts each stands: `[tokens]`.
    frequencies: Vec<u32>,
}

/// The numbers of the tokens of a chunk.
#[derive(Default)]
struct Known {
    /// Those of up to [`TokenScan::PACKED_BYTES`] bytes.
    short: FxHashMap<[u64; 2], u32>,
    long: FxHashMap<Box<str>, u32>,
}

impl Corpus {
    /// Numbers the tokens of `texts` that stand in at least `min_document_frequency` of them.
    pub fn read(
        texts: &[&str],
        characters: TokenCharacters,
        min_document_frequency: u32,
        observer: &dyn Observer,
    ) -> Self {
        let size = texts
            .len()
            .div_ceil(CHUNKS)
            .clamp(*CHUNK_TEXTS.start(), *CHUNK_TEXTS.end());
        let read = |of_chunk: &[&str]| {
            let chunk = LocalChunk::read(of_chunk, characters);
            observer.tokenized(of_chunk.len(), texts.len());
            chunk
        };
        let chunks: Vec<LocalChunk> = texts.par_chunks(size).map(read).collect();
        let (mut known, mut counted): (FxHashMap<&str, u32>, Vec<(&str, u32)>) = Default::default();
        let mut number = |(token, &frequency)| {
            let number = *known.entry(token).or_insert_with(|| {
                counted.push((token, 0));
                number_of(counted.len() - 1)
            });
            counted[number as usize].1 += frequency;
            number
        };
        let numbers: Vec<Vec<u32>> = chunks
            .iter()
            .map(|chunk| {
                chunk
                    .tokens
                    .iter()
                    .zip(&chunk.frequencies)
                    .map(&mut number)
                    .collect()
            })
            .collect();
        drop(known);
        let mut kept: Vec<(&str, u32, u32)> = (0..)
            .zip(&counted)
            .filter(|(_, (_, frequency))| *frequency >= min_document_frequency)
            .map(|(number, &(token, frequency))| (token, frequency, number))
            .collect();
        kept.par_sort_unstable();
        let mut ranks = vec![RARE; counted.len()];
        for (&(_, _, number), rank) in kept.iter().zip(0..) {
            ranks[number as usize] = rank;
        }
        let (tokens, frequencies) = kept
            .iter()
            .map(|&(token, frequency, _)| (token.to_owned(), frequency))
            .unzip();
        let chunks = chunks
            .into_par_iter()
            .zip(numbers)
            .map(|(chunk, numbers)| chunk.renumbered(&numbers, &ranks));
        Self {
            tokens,
            frequencies,
            chunks: chunks.collect(),
        }
    }
}

impl Chunk {
    /// The tokens of each text.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        self.ends
            .windows(2)
            .map(|ends| &self.numbers[ends[0]..ends[1]])
    }

    /// How many tokens the texts have together.
    pub const fn tokens(&self) -> usize {
        self.numbers.len()
    }
}

impl LocalChunk {
    fn read(texts: &[&str], characters: TokenCharacters) -> Self {
        let (mut known, mut last_texts, mut scan) =
            (Known::default(), Vec::new(), TokenScan::default());
        let (mut numbers, mut ends) = (Vec::new(), Vec::with_capacity(texts.len() + 1));
        let (mut tokens, mut frequencies): (StringArena, Vec<u32>) = Default::default();
        ends.push(0);
        for (text, place) in texts.iter().zip(0_usize..) {
            scan.read(text, characters);
            for token in scan.spans() {
                let add = || {
                    tokens.push(&text[token.clone()].to_ascii_lowercase());
                    frequencies.push(0);
                    last_texts.push(usize::MAX);
                    number_of(tokens.len() - 1)
                };
                let number = if token.len() <= TokenScan::PACKED_BYTES {
                    *known.short.entry(scan.packed(&token)).or_insert_with(add)
                } else {
                    *known
                        .long
                        .entry(text[token.clone()].to_ascii_lowercase().into())
                        .or_insert_with(add)
                };
                numbers.push(number);
                if std::mem::replace(&mut last_texts[number as usize], place) != place {
                    frequencies[number as usize] += 1;
                }
            }
            ends.push(numbers.len());
        }
        numbers.shrink_to_fit();
        Self {
            chunk: Chunk { numbers, ends },
            tokens,
            frequencies,
        }
    }

    /// With other numbers: those that `numbers` leads to for the chunk's own, in `ranks`.
    fn renumbered(mut self, numbers: &[u32], ranks: &[u32]) -> Chunk {
        let ranks: Vec<u32> = numbers
            .iter()
            .map(|&number| ranks[number as usize])
            .collect();
        for number in &mut self.chunk.numbers {
            *number = ranks[*number as usize];
        }
        self.chunk
    }
}

fn number_of(place: usize) -> u32 {
    u32::try_from(place).expect("there are fewer than 2^32 tokens")
}
