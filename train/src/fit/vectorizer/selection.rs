//! The frequent terms of one kind that have a column, and the rows of the texts by them.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::corpus::{Chunk, Corpus};
use super::fast_sort::RankSorter;
use super::level::parts;
use super::ngrams::Ngrams;
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
    pub fn rows(&self, corpus: Corpus, ngrams: Ngrams, idf: Vec<f64>) -> BlockRows {
        let columns = self.columns_by_rank();
        let weights: Vec<f64> = columns.iter().map(|&column| idf[column as usize]).collect();
        let terms = self.terms_by_number(&columns, &ngrams);
        let chunks = corpus
            .chunks
            .into_par_iter()
            .zip(ngrams.longest)
            .map(|(chunk, longest)| row_chunk(&chunk, &longest, &terms, &weights))
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

    /// The longest term that each n-gram begins with, by its number, and [`Term::NONE`] at the end.
    fn terms_by_number(&self, columns: &[u32], ngrams: &Ngrams) -> Vec<Term> {
        let mut ranks = vec![0; columns.len()];
        for (rank, &column) in (0..).zip(columns) {
            ranks[column as usize] = rank;
        }

        let tokens = self.columns[0].len();
        let numbers: usize = self.columns.iter().map(Vec::len).sum();
        let none = u32::try_from(numbers).expect("there are fewer than 2^32 frequent n-grams");
        let prefixes = std::iter::repeat_n(none, tokens).chain(ngrams.prefixes(tokens));

        let mut terms = vec![Term::NONE; numbers + 1];
        for ((&column, prefix), number) in self.columns.iter().flatten().zip(prefixes).zip(0..) {
            terms[number] = if column == NO_COLUMN {
                terms[prefix as usize]
            } else {
                Term {
                    rank: ranks[column as usize],
                    shorter: prefix,
                }
            };
        }
        terms
    }
}

/// A term at the start of an n-gram.
#[derive(Clone, Copy)]
struct Term {
    /// Rank of its column, [`NO_COLUMN`] when there is no term.
    rank: u32,
    /// Number of the n-gram that the next shorter term is at the start of.
    shorter: u32,
}

impl Term {
    const NONE: Self = Self {
        rank: NO_COLUMN,
        shorter: 0,
    };
}

/// Rows of a chunk, by rank, in the order of the texts.
fn row_chunk(chunk: &Chunk, longest: &[u32], terms: &[Term], weights: &[f64]) -> RowChunk {
    let mut rows = RowChunk::new(weights.len());
    let (mut row, mut sorter) = (Vec::new(), RankSorter::default());
    // A rare token is at the start of no term.
    let none = terms.len() - 1;
    for (_, longest) in chunk.texts_with(longest) {
        row.clear();
        for &number in longest {
            let mut term = terms[none.min(number as usize)];
            while term.rank != NO_COLUMN {
                row.push(term.rank);
                term = terms[term.shorter as usize];
            }
        }
        sorter.sort(&mut row, weights.len());
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
