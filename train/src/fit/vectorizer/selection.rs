//! The frequent terms of one kind that have a column, and the rows of the texts by them.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::corpus::{Chunk, Corpus};
use super::ngrams::{Lookup, Ngrams, parts};
use crate::fit::rows::{NO_COLUMN, RowChunk};

/// The frequent terms that have a column.
pub struct Selection {
    /// Column of each term, or [`NO_COLUMN`], by its number of tokens: `[ngram_max][terms]`.
    columns: Vec<Vec<u32>>,
    /// Document frequency of each column.
    pub frequencies: Vec<u32>,
    /// Number of frequent terms without a column.
    pub beyond_limit: usize,
}

/// Which terms are kept.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tokens of the shortest term.
    pub shortest: usize,
    /// Maximum number of terms.
    pub max_features: usize,
}

/// Rows of the texts by the terms of one kind.
pub struct BlockRows {
    /// Rows in the order of the texts.
    pub chunks: Vec<RowChunk>,
    /// Inverse document frequencies: `[terms]`.
    pub idf: Vec<f64>,
    /// Column of each rank: `[terms]`.
    pub columns: Vec<u32>,
}

impl Selection {
    /// Keeps the `max_features` terms with the highest document frequencies; of equals those first
    /// in the vocabulary.
    pub fn choose(corpus: &Corpus, ngrams: &Ngrams, limits: Limits) -> Self {
        let Limits {
            shortest,
            max_features,
        } = limits;
        let levels = std::iter::once(&corpus.frequencies)
            .chain(ngrams.levels.iter().map(|level| &level.frequencies));
        let long_enough = levels.clone().skip(shortest - 1);
        let mut all: Vec<u32> = long_enough.flatten().copied().collect();
        let (mut lowest_kept, mut slots_at_lowest) = (0, all.len());
        if all.len() > max_features {
            let (higher, cut, _) = all
                .select_nth_unstable_by_key(max_features.saturating_sub(1), |&frequency| {
                    Reverse(frequency)
                });
            lowest_kept = *cut;
            let above = higher.iter().filter(|&&frequency| frequency > lowest_kept);
            slots_at_lowest = max_features - above.count();
        }

        let mut kept = Vec::new();
        let mut column = |&frequency: &u32| {
            let is_kept =
                frequency > lowest_kept || (frequency == lowest_kept && slots_at_lowest > 0);
            if !is_kept {
                return NO_COLUMN;
            }
            slots_at_lowest -= usize::from(frequency == lowest_kept);
            kept.push(frequency);
            u32::try_from(kept.len() - 1).expect("a vocabulary has fewer than 2^32 terms")
        };

        let columns = (1..)
            .zip(levels)
            .map(|(length, frequencies)| {
                if length < shortest {
                    vec![NO_COLUMN; frequencies.len()]
                } else {
                    frequencies.iter().map(&mut column).collect()
                }
            })
            .collect();
        Self {
            columns,
            beyond_limit: all.len() - kept.len(),
            frequencies: kept,
        }
    }

    /// The terms with a column, in the order of the columns, with `separator` between their tokens.
    pub fn terms(&self, corpus: &Corpus, ngrams: &Ngrams, separator: &str) -> Vec<String> {
        let names = Names {
            corpus,
            ngrams,
            separator,
        };
        let mut terms = Vec::with_capacity(self.frequencies.len());
        for (level, columns) in self.columns.iter().enumerate() {
            let kept = (0..columns.len()).filter(|&id| columns[id] != NO_COLUMN);
            terms.extend(kept.map(|id| names.term(level, id)));
        }
        terms
    }

    /// The rows of all texts.
    pub fn rows(&self, chunks: Vec<Chunk>, ngrams: &Ngrams, idf: Vec<f64>) -> BlockRows {
        let mut lookup = Lookup::default();
        for (length, (level, columns)) in (2..).zip(ngrams.levels.iter().zip(&self.columns[1..])) {
            // Prefixes of longer terms are looked up even when they have no column.
            let is_prefix = length < self.columns.len();
            lookup.push(level.ids(|id| is_prefix || columns[id as usize] != NO_COLUMN));
        }

        let columns = self.columns_by_rank();
        let weights: Vec<f64> = columns.iter().map(|&column| idf[column as usize]).collect();
        let ranks = self.ranks(&columns);
        let chunks = chunks
            .into_par_iter()
            .map(|chunk| row_chunk(&chunk, &lookup, &ranks, &weights))
            .collect();
        BlockRows {
            chunks,
            idf,
            columns,
        }
    }

    /// Column of each rank: those with higher document frequencies first.
    fn columns_by_rank(&self) -> Vec<u32> {
        let mut columns: Vec<u32> = (0..)
            .zip(&self.frequencies)
            .map(|(column, _)| column)
            .collect();
        columns.sort_by_key(|&column| Reverse(self.frequencies[column as usize]));
        columns
    }

    /// Rank of each term's column, or [`NO_COLUMN`], by its number of tokens: `[ngram_max][terms]`.
    fn ranks(&self, columns: &[u32]) -> Vec<Vec<u32>> {
        let mut ranks = vec![0; columns.len()];
        for (rank, &column) in (0..).zip(columns) {
            ranks[column as usize] = rank;
        }
        let rank = |&column: &u32| {
            if column == NO_COLUMN {
                NO_COLUMN
            } else {
                ranks[column as usize]
            }
        };

        self.columns
            .iter()
            .map(|columns| columns.iter().map(rank).collect())
            .collect()
    }
}

/// Rows of a chunk, by rank, in the order of the texts.
fn row_chunk(chunk: &Chunk, lookup: &Lookup, ranks: &[Vec<u32>], weights: &[f64]) -> RowChunk {
    let mut rows = RowChunk::new(weights.len());
    let mut row = Vec::new();
    for tokens in chunk.texts() {
        row.clear();
        for start in 0..tokens.len() {
            let ngrams = lookup.ngrams(&tokens[start..]).zip(ranks);
            let term_ranks = ngrams.map(|(id, ranks)| ranks[id as usize]);
            row.extend(term_ranks.filter(|&rank| rank != NO_COLUMN));
        }
        row.sort_unstable();
        rows.push(&row, weights);
    }

    rows
}

/// Texts of terms by their identifiers.
struct Names<'a> {
    corpus: &'a Corpus,
    ngrams: &'a Ngrams,
    /// Text between the tokens of a term.
    separator: &'a str,
}

impl Names<'_> {
    /// The term of `level + 1` tokens with an identifier.
    fn term(&self, level: usize, id: usize) -> String {
        let Some(shorter) = level.checked_sub(1) else {
            return self.corpus.tokens[id].clone();
        };

        let (prefix, token) = parts(self.ngrams.levels[shorter].keys[id]);
        let mut term = self.term(shorter, prefix as usize);
        term.push_str(self.separator);
        term.push_str(&self.corpus.tokens[token as usize]);
        term
    }
}
