//! Texts to the numbers of their tokens, on all cores.
//!
//! Texts are cut into chunks whose size depends on their number alone, and tokens are numbered in the order of their bytes,
//! so that the number of threads changes nothing.

use rayon::prelude::*;
use relevance_pipeline::{TokenCharacters, TokenScan};
use rustc_hash::FxHashMap;

use crate::Observer;

/// Stands for a token that is in too few texts to be part of any term.
pub const RARE: u32 = u32::MAX;

/// How many chunks the texts are cut into, within the limits below.
const CHUNKS: usize = 64;
const CHUNK_TEXTS: std::ops::RangeInclusive<usize> = 512..=16_384;

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
    tokens: Vec<Box<str>>,
    frequencies: Vec<u32>,
}

impl Corpus {
    /// Numbers the tokens of `texts` that stand in at least `min_document_frequency` of them.
    pub fn read(
        texts: &[&str],
        characters: TokenCharacters,
        min_document_frequency: u32,
        observer: &dyn Observer,
    ) -> Self {
        let size = texts.len().div_ceil(CHUNKS).clamp(*CHUNK_TEXTS.start(), *CHUNK_TEXTS.end());
        let read = |of_chunk: &[&str]| {
            let chunk = LocalChunk::read(of_chunk, characters);
            observer.tokenized(of_chunk.len(), texts.len());
            chunk
        };
        let chunks: Vec<LocalChunk> = texts.par_chunks(size).map(read).collect();
        let mut counted: FxHashMap<&str, u32> = FxHashMap::default();
        for chunk in &chunks {
            for (token, frequency) in chunk.tokens.iter().zip(&chunk.frequencies) {
                *counted.entry(token).or_default() += frequency;
            }
        }
        counted.retain(|_, frequency| *frequency >= min_document_frequency);
        let mut kept: Vec<(String, u32)> =
            counted.into_iter().map(|(token, frequency)| (token.to_owned(), frequency)).collect();
        kept.sort_unstable();
        let (tokens, frequencies): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
        let numbers: FxHashMap<&str, u32> = tokens.iter().map(String::as_str).zip(0..).collect();
        let chunks = chunks.into_par_iter().map(|chunk| chunk.renumbered(&numbers)).collect();
        Self { tokens, frequencies, chunks }
    }
}

impl Chunk {
    /// The tokens of each text.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        self.ends.windows(2).map(|ends| &self.numbers[ends[0]..ends[1]])
    }

    /// How many tokens the texts have together.
    pub const fn tokens(&self) -> usize {
        self.numbers.len()
    }
}

impl LocalChunk {
    fn read(texts: &[&str], characters: TokenCharacters) -> Self {
        let mut lower = texts.concat();
        // Lower-casing first gives the same tokens: case moves no ASCII character in or out of one.
        lower.make_ascii_lowercase();
        let mut known: FxHashMap<&str, u32> = FxHashMap::default();
        let (mut local, mut last_texts, mut scan) =
            (Self::with_capacity(texts.len()), Vec::new(), TokenScan::default());
        let mut start = 0;
        for (text, place) in texts.iter().zip(0_usize..) {
            let end = start + text.len();
            scan.read(&lower[start..end], characters);
            for token in scan.places() {
                let token = &lower[start + token.start..start + token.end];
                let number = *known.entry(token).or_insert_with(|| {
                    last_texts.push(usize::MAX);
                    local.add(token)
                });
                local.chunk.numbers.push(number);
                if std::mem::replace(&mut last_texts[number as usize], place) != place {
                    local.frequencies[number as usize] += 1;
                }
            }
            local.chunk.ends.push(local.chunk.numbers.len());
            start = end;
        }
        local.chunk.numbers.shrink_to_fit();
        local
    }

    fn with_capacity(texts: usize) -> Self {
        let mut ends = Vec::with_capacity(texts + 1);
        ends.push(0);
        Self { chunk: Chunk { numbers: Vec::new(), ends }, tokens: Vec::new(), frequencies: Vec::new() }
    }

    fn add(&mut self, token: &str) -> u32 {
        let number = u32::try_from(self.tokens.len()).expect("a chunk has fewer than 2^32 tokens");
        self.tokens.push(token.into());
        self.frequencies.push(0);
        number
    }

    fn renumbered(mut self, numbers: &FxHashMap<&str, u32>) -> Chunk {
        let global: Vec<u32> = self.tokens.iter().map(|token| numbers.get(&**token).copied().unwrap_or(RARE)).collect();
        for number in &mut self.chunk.numbers {
            *number = global[*number as usize];
        }
        self.chunk
    }
}
