//! Texts to token identifiers, in parallel; for character n-grams, each folded character is a token.
//!
//! The size of the chunks depends only on the number of texts, and tokens get identifiers in the
//! order of their bytes, so that the result does not depend on the number of threads.

use rayon::prelude::*;
use relevance_data::StringArena;
use relevance_pipeline::{TokenCharacters, TokenScan, UNKNOWN_CHARACTER, fold};
use rustc_hash::FxHashMap;

use crate::progress::Observer;

/// Identifier of every token that is in too few texts to be part of a term.
pub const RARE: u32 = u32::MAX;

/// Number of chunks, within the limits of their size: each repeats the common tokens.
const CHUNKS: usize = 16;
/// Texts of a chunk.
const CHUNK_TEXTS: std::ops::RangeInclusive<usize> = 512..=65_536;

/// The tokens of all texts, as identifiers.
pub struct Corpus {
    /// The frequent tokens, in the order of their bytes, which is that of their identifiers.
    pub tokens: Vec<String>,
    /// Document frequency of each: `[tokens]`.
    pub frequencies: Vec<u32>,
    /// The texts, in their order.
    pub chunks: Vec<Chunk>,
}

/// Consecutive texts: the tokens of text i are `ids[offsets[i]..offsets[i + 1]]`.
pub struct Chunk {
    ids: Vec<u32>,
    offsets: Vec<usize>,
}

/// A chunk with identifiers of its own.
struct LocalChunk {
    chunk: Chunk,
    /// The tokens in the order of their first occurrence.
    tokens: StringArena,
    /// Document frequency of each in the chunk: `[tokens]`.
    frequencies: Vec<u32>,
}

/// Identifiers of the tokens of a chunk.
#[derive(Default)]
struct Known {
    /// Identifiers of tokens of up to [`TokenScan::PACKED_BYTES`] bytes.
    short: FxHashMap<[u64; 2], u32>,
    long: FxHashMap<Box<str>, u32>,
}

impl Corpus {
    /// Reads the tokens of `texts`; those in at least `min_document_frequency` of them get an
    /// identifier.
    pub fn words(
        texts: &[&str],
        characters: TokenCharacters,
        min_document_frequency: u32,
        observer: &dyn Observer,
    ) -> Self {
        let read = |texts: &[&str]| LocalChunk::read(texts, characters);
        Self::read(texts, min_document_frequency, observer, read)
    }

    /// Reads the folded characters of `texts` in the same way.
    pub fn characters(
        texts: &[&str],
        min_document_frequency: u32,
        observer: &dyn Observer,
    ) -> Self {
        let read = LocalChunk::read_characters;
        Self::read(texts, min_document_frequency, observer, read)
    }

    fn read(
        texts: &[&str],
        min_document_frequency: u32,
        observer: &dyn Observer,
        read_chunk: impl Fn(&[&str]) -> LocalChunk + Sync,
    ) -> Self {
        let size = texts
            .len()
            .div_ceil(CHUNKS)
            .clamp(*CHUNK_TEXTS.start(), *CHUNK_TEXTS.end());
        let read = |chunk_texts: &[&str]| {
            let chunk = read_chunk(chunk_texts);
            observer.tokenized(chunk_texts.len(), texts.len());
            chunk
        };
        let chunks: Vec<LocalChunk> = texts.par_chunks(size).map(read).collect();

        // Identifiers over all chunks, in the order of first occurrence.
        let mut known = FxHashMap::<&str, u32>::default();
        let mut counted = Vec::<(&str, u32)>::new();
        let mut global_id = |(token, &frequency)| {
            let id = *known.entry(token).or_insert_with(|| {
                counted.push((token, 0));
                token_id(counted.len() - 1)
            });
            counted[id as usize].1 += frequency;
            id
        };
        let global_ids: Vec<Vec<u32>> = chunks
            .iter()
            .map(|chunk| {
                chunk
                    .tokens
                    .iter()
                    .zip(&chunk.frequencies)
                    .map(&mut global_id)
                    .collect()
            })
            .collect();
        drop(known);

        // Frequent tokens in the order of their bytes. No n-gram has the unknown character.
        let unknown = UNKNOWN_CHARACTER.to_string();
        let mut kept: Vec<(&str, u32, u32)> = (0..)
            .zip(&counted)
            .filter(|&(_, &(token, frequency))| {
                frequency >= min_document_frequency && token != unknown
            })
            .map(|(id, &(token, frequency))| (token, frequency, id))
            .collect();
        kept.par_sort_unstable();
        let mut sorted_ids = vec![RARE; counted.len()];
        for (&(_, _, id), sorted_id) in kept.iter().zip(0..) {
            sorted_ids[id as usize] = sorted_id;
        }

        let (tokens, frequencies) = kept
            .iter()
            .map(|&(token, frequency, _)| (token.to_owned(), frequency))
            .unzip();
        let chunks = chunks
            .into_par_iter()
            .zip(global_ids)
            .map(|(chunk, global_ids)| chunk.with_sorted_ids(&global_ids, &sorted_ids));
        Self {
            tokens,
            frequencies,
            chunks: chunks.collect(),
        }
    }
}

impl Chunk {
    /// The tokens of all texts.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The tokens of each text, with those of `others` at the same places, `[tokens]`.
    pub fn texts_with<'a>(
        &'a self,
        others: &'a [u32],
    ) -> impl Iterator<Item = (&'a [u32], &'a [u32])> {
        self.offsets.windows(2).map(|offsets| {
            let text = offsets[0]..offsets[1];
            (&self.ids[text.clone()], &others[text])
        })
    }

    /// The tokens of each text, with those of `others` at the same places, `[tokens]`, to be changed.
    pub fn texts_with_mut<'a>(
        &'a self,
        mut others: &'a mut [u32],
    ) -> impl Iterator<Item = (&'a [u32], &'a mut [u32])> {
        self.offsets.array_windows().map(move |&[start, end]| {
            let text;
            (text, others) = std::mem::take(&mut others).split_at_mut(end - start);
            (&self.ids[start..end], text)
        })
    }

    /// Number of texts.
    pub const fn texts(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of tokens of all texts.
    pub const fn tokens(&self) -> usize {
        self.ids.len()
    }
}

impl LocalChunk {
    fn read(texts: &[&str], characters: TokenCharacters) -> Self {
        let mut known = Known::default();
        let mut tokens = StringArena::default();
        let mut frequencies = Vec::<u32>::new();
        // Index of the last text with each token.
        let mut last_texts = Vec::new();

        let mut scan = TokenScan::default();
        let mut ids = Vec::new();
        let mut offsets = Vec::with_capacity(texts.len() + 1);
        offsets.push(0);
        for (text, index) in texts.iter().zip(0_usize..) {
            scan.read(text, characters);
            for token in scan.spans() {
                let add = || {
                    tokens.push(&text[token.clone()].to_ascii_lowercase());
                    frequencies.push(0);
                    last_texts.push(usize::MAX);
                    token_id(tokens.len() - 1)
                };
                let id = if token.len() <= TokenScan::PACKED_BYTES {
                    *known.short.entry(scan.packed(&token)).or_insert_with(add)
                } else {
                    *known
                        .long
                        .entry(text[token.clone()].to_ascii_lowercase().into())
                        .or_insert_with(add)
                };
                ids.push(id);
                if std::mem::replace(&mut last_texts[id as usize], index) != index {
                    frequencies[id as usize] += 1;
                }
            }
            offsets.push(ids.len());
        }

        ids.shrink_to_fit();
        Self {
            chunk: Chunk { ids, offsets },
            tokens,
            frequencies,
        }
    }

    fn read_characters(texts: &[&str]) -> Self {
        const NEW: u32 = u32::MAX;

        let mut ascii = [NEW; 128];
        let mut others = FxHashMap::<char, u32>::default();
        let mut tokens = StringArena::default();
        let mut frequencies = Vec::<u32>::new();
        // Index of the last text with each character.
        let mut last_texts = Vec::new();

        let mut ids = Vec::new();
        let mut offsets = Vec::with_capacity(texts.len() + 1);
        offsets.push(0);
        for (text, index) in texts.iter().zip(0_usize..) {
            for character in text.chars().map(fold) {
                let known = match ascii.get_mut(character as usize) {
                    Some(id) => id,
                    None => others.entry(character).or_insert(NEW),
                };
                if *known == NEW {
                    tokens.push(character.encode_utf8(&mut [0; 4]));
                    frequencies.push(0);
                    last_texts.push(usize::MAX);
                    *known = token_id(tokens.len() - 1);
                }

                let id = *known;
                ids.push(id);
                if std::mem::replace(&mut last_texts[id as usize], index) != index {
                    frequencies[id as usize] += 1;
                }
            }
            offsets.push(ids.len());
        }

        ids.shrink_to_fit();
        Self {
            chunk: Chunk { ids, offsets },
            tokens,
            frequencies,
        }
    }

    /// Replaces the chunk's own identifiers: `global_ids` has the global one of each, and
    /// `sorted_ids` the final one of each global one.
    fn with_sorted_ids(mut self, global_ids: &[u32], sorted_ids: &[u32]) -> Chunk {
        let final_ids: Vec<u32> = global_ids
            .iter()
            .map(|&id| sorted_ids[id as usize])
            .collect();
        for id in &mut self.chunk.ids {
            *id = final_ids[*id as usize];
        }
        self.chunk
    }
}

fn token_id(index: usize) -> u32 {
    u32::try_from(index).expect("there are fewer than 2^32 tokens")
}
