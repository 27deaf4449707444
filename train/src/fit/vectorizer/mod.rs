//! Training texts to a vocabulary, its inverse document frequencies and the rows of the solver.
//!
//! Every text is tokenised once, to token identifiers, which then become ranks of columns. The
//! result is the same, to the bit, for any number of threads.

mod corpus;
mod ngrams;

use std::cmp::Reverse;

use rayon::prelude::*;
use relevance_pipeline::{TokenCharacters, TokenScan, Vocabulary, smooth_idf};

use crate::error::TrainError;
use crate::fit::rows::{RowChunk, SparseRows};
use crate::fit::settings::FeatureTraining;
use crate::progress::Observer;
use corpus::{Chunk, Corpus};
use ngrams::{Lookup, Ngrams, parts};

/// A fitted vocabulary with the rows of the texts that it was fitted on.
#[derive(Clone, Debug)]
pub struct Vectorizer {
    /// The kept terms.
    pub vocabulary: Vocabulary,
    /// Rows of the training texts, `[texts, vocabulary]`, with the inverse document frequencies.
    pub rows: SparseRows,
}

/// The frequent terms that have a column.
struct Selection {
    /// Column of each term, or [`NO_COLUMN`], by its number of tokens: `[ngram_max][terms]`.
    columns: Vec<Vec<u32>>,
    /// Document frequency of each column.
    frequencies: Vec<u32>,
}

/// Column or rank of a term without a column.
const NO_COLUMN: u32 = u32::MAX;

impl Vectorizer {
    /// Fits a vocabulary to `texts`.
    ///
    /// # Errors
    /// [`TrainError::NoTerms`] when no term is frequent enough.
    pub fn fit(texts: &[&str], settings: &FeatureTraining) -> Result<Self, TrainError> {
        Self::fit_observed(texts, settings, &())
    }

    /// Fits as [`fit`](Self::fit) does.
    pub(crate) fn fit_observed(
        texts: &[&str],
        settings: &FeatureTraining,
        observer: &dyn Observer,
    ) -> Result<Self, TrainError> {
        let too_many = |_| TrainError::TooMany {
            what: "training texts",
            got: texts.len(),
        };
        let documents = u32::try_from(texts.len()).map_err(too_many)?;
        let FeatureTraining {
            token_characters,
            ngram_max,
            min_document_frequency,
            max_features,
        } = *settings;

        let corpus = Corpus::read(texts, token_characters, min_document_frequency, observer);
        let ngrams = Ngrams::count(&corpus, ngram_max, min_document_frequency);
        let selection = Selection::choose(&corpus, &ngrams, max_features);
        if selection.frequencies.is_empty() {
            return Err(no_terms(texts, settings));
        }

        let vocabulary = Vocabulary::new(selection.terms(&corpus, &ngrams), &settings.pipeline())?;
        let idf = selection
            .frequencies
            .iter()
            .map(|&frequency| smooth_idf(documents, frequency))
            .collect();
        Ok(Self {
            vocabulary,
            rows: selection.rows(corpus.chunks, &ngrams, idf),
        })
    }
}

/// Returns the reason why no term is left.
fn no_terms(texts: &[&str], settings: &FeatureTraining) -> TrainError {
    let has_tokens = |characters| {
        let mut scan = TokenScan::default();
        texts.iter().any(|text| {
            scan.read(text, characters);
            scan.spans().next().is_some()
        })
    };
    if has_tokens(settings.token_characters) {
        return TrainError::NoTerms {
            min_document_frequency: settings.min_document_frequency,
            texts: texts.len(),
        };
    }
    TrainError::NoTokens {
        texts: texts.len(),
        characters: settings.token_characters,
        unicode_helps: has_tokens(TokenCharacters::Unicode),
    }
}

impl Selection {
    /// Keeps the `max_features` terms with the highest document frequencies; of equals those first
    /// in the vocabulary.
    fn choose(corpus: &Corpus, ngrams: &Ngrams, max_features: usize) -> Self {
        let levels = std::iter::once(&corpus.frequencies)
            .chain(ngrams.levels.iter().map(|level| &level.frequencies));
        let mut all: Vec<u32> = levels.clone().flatten().copied().collect();
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

        let columns = levels
            .map(|frequencies| frequencies.iter().map(&mut column).collect())
            .collect();
        Self {
            columns,
            frequencies: kept,
        }
    }

    /// The terms with a column, in the order of the columns.
    fn terms(&self, corpus: &Corpus, ngrams: &Ngrams) -> Vec<String> {
        let mut terms = Vec::with_capacity(self.frequencies.len());
        for (level, columns) in self.columns.iter().enumerate() {
            let kept = (0..columns.len()).filter(|&id| columns[id] != NO_COLUMN);
            terms.extend(kept.map(|id| term(corpus, ngrams, level, id)));
        }
        terms
    }

    /// The rows of all texts.
    fn rows(&self, chunks: Vec<Chunk>, ngrams: &Ngrams, idf: Vec<f64>) -> SparseRows {
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
        SparseRows::new(chunks, idf, columns)
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

/// Rows of a chunk, by rank, sorted by length.
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

    rows.by_length()
}

/// The term of `level + 1` tokens with an identifier.
fn term(corpus: &Corpus, ngrams: &Ngrams, level: usize, id: usize) -> String {
    match level.checked_sub(1) {
        None => corpus.tokens[id].clone(),
        Some(shorter) => {
            let (prefix, token) = parts(ngrams.levels[shorter].keys[id]);
            let mut term = term(corpus, ngrams, shorter, prefix as usize);
            term.push(' ');
            term.push_str(&corpus.tokens[token as usize]);
            term
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use relevance_pipeline::TokenCharacters;

    use super::*;

    const TEXTS: [&str; 4] = ["fire and fire", "fire and flood", "", "flood"];

    fn fit(settings: &FeatureTraining) -> Vectorizer {
        Vectorizer::fit(&TEXTS, settings).unwrap()
    }

    #[test]
    fn frequent_terms_are_kept_in_vocabulary_order() {
        let fitted = fit(&FeatureTraining::default());

        assert_eq!(
            fitted.vocabulary.terms(),
            ["and", "fire", "flood", "fire and"]
        );
        let idf = (5.0_f64 / 3.0).ln() + 1.0;
        assert!(
            fitted
                .rows
                .idf()
                .iter()
                .all(|weight| (weight - idf).abs() < 1e-15)
        );
    }

    #[test]
    fn rows_are_unit_length_counts_times_idf() {
        let rows = fit(&FeatureTraining::default()).rows.to_dense();
        let sixth = 1.0 / 6.0_f64.sqrt();

        assert_eq!(rows.row(2).to_vec(), [0.0; 4]);
        for (row, want) in [
            (0, [sixth, 2.0 * sixth, 0.0, sixth]),
            (3, [0.0, 0.0, 1.0, 0.0]),
        ] {
            assert!(
                rows.row(row)
                    .iter()
                    .zip(want)
                    .all(|(got, want)| (got - want).abs() < 1e-12),
                "{:?}",
                rows.row(row)
            );
        }
    }

    #[test]
    fn the_limit_keeps_the_most_frequent_terms_and_of_equals_the_first() {
        let limited = FeatureTraining {
            min_document_frequency: 1,
            max_features: 3,
            ..FeatureTraining::default()
        };

        assert_eq!(fit(&limited).vocabulary.terms(), ["and", "fire", "flood"]);
        let limited = FeatureTraining {
            max_features: 4,
            ..limited
        };
        assert_eq!(
            fit(&limited).vocabulary.terms(),
            ["and", "fire", "flood", "fire and"]
        );
    }

    #[test]
    fn no_frequent_term_is_an_error_with_advice() {
        let settings = FeatureTraining {
            min_document_frequency: 3,
            ..FeatureTraining::default()
        };
        let error = Vectorizer::fit(&TEXTS, &settings).unwrap_err().to_string();
        assert!(
            error.contains("no term occurs in at least 3 training texts (there are 4)"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn vocabulary_and_rows_agree_with_the_definition(
            texts in prop::collection::vec("[abAé ,]{0,14}", 1..12),
            ngram_max in 1_usize..=4,
            min_document_frequency in 1_u32..=3,
            unicode in any::<bool>(),
        ) {
            let token_characters = if unicode { TokenCharacters::Unicode } else { TokenCharacters::Ascii };
            let settings =
                FeatureTraining { token_characters, ngram_max, min_document_frequency, ..FeatureTraining::default() };
            let terms: Vec<Vec<String>> = texts.iter().map(|text| settings.pipeline().terms(text)).collect();
            let mut frequencies: BTreeMap<(usize, &str), u32> = BTreeMap::new();

            for mut terms in terms.iter().map(|terms| terms.iter().map(|term| Vocabulary::order(term)).collect::<Vec<_>>()) {
                terms.sort_unstable();
                terms.dedup();
                for term in terms {
                    *frequencies.entry(term).or_default() += 1;
                }
            }
            frequencies.retain(|_, frequency| *frequency >= min_document_frequency);
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let fitted = Vectorizer::fit(&texts, &settings);
            prop_assert_eq!(fitted.is_err(), frequencies.is_empty());
            if let Ok(fitted) = fitted {
                let want: Vec<&str> = frequencies.keys().map(|&(_, term)| term).collect();
                prop_assert_eq!(fitted.vocabulary.terms(), want);
                for row in fitted.rows.iter() {
                    let mut columns: Vec<u32> = row.ranks().map(|rank| fitted.rows.columns()[rank as usize]).collect();
                    columns.sort_unstable();
                    let mut want: Vec<u32> = terms[row.text]
                        .iter()
                        .filter_map(|term| fitted.vocabulary.column(term))
                        .map(|column| u32::try_from(column).unwrap())
                        .collect();
                    want.sort_unstable();
                    prop_assert_eq!(columns, want);
                }
            }
        }
    }
}
