//! Training texts to a vocabulary, its inverse document frequencies and the rows of the solver.
//!
//! Every text is tokenised once for each kind of terms, to token identifiers, which then become
//! ranks of columns. The result is the same, to the bit, for any number of threads.

mod corpus;
mod fast_counts;
mod fast_identifiers;
mod fast_sort;
mod level;
mod ngrams;
mod prefixes;
mod selection;
mod sorted_counts;

use rayon::prelude::*;
use relevance_pipeline::{CharacterVocabulary, TokenCharacters, TokenScan, Vocabulary, smooth_idf};
use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::fit::rows::{BLOCK_COLUMNS, NO_COLUMN, RowChunk, SparseRows};
use crate::fit::settings::FeatureTraining;
use crate::progress::Observer;
use corpus::Corpus;
use ngrams::Ngrams;
use selection::{BlockRows, Limits, Selection};

/// A fitted vocabulary with the rows of the texts that it was fitted on.
#[derive(Clone, Debug)]
pub struct Vectorizer {
    /// The kept terms of tokens, if the settings ask for any.
    pub vocabulary: Option<Vocabulary>,
    /// The kept character n-grams, if the settings ask for any.
    pub characters: Option<CharacterVocabulary>,
    /// Frequent terms that the limits of the settings left out.
    pub beyond_limit: BeyondLimit,
    /// Rows of the training texts, `[texts, terms]`, with the inverse document frequencies; the
    /// columns of the character n-grams follow those of the vocabulary.
    pub rows: SparseRows,
}

/// Number of terms of each kind that are frequent enough, but beyond the maximum number of terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeyondLimit {
    /// Terms of tokens.
    pub terms: usize,
    /// Character n-grams.
    pub character_ngrams: usize,
}

impl BeyondLimit {
    /// Returns whether there are no such terms.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Terms of one kind, and the rows by them.
struct Block<V> {
    vocabulary: V,
    /// Number of terms beyond the limit.
    beyond_limit: usize,
    rows: BlockRows,
}

impl Vectorizer {
    /// Fits a vocabulary to `texts`.
    ///
    /// # Errors
    /// [`TrainError::NoTerms`] when no term of a kind is frequent enough.
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

        let words = settings
            .analyzer
            .has_words()
            .then(|| Block::words(texts, settings, documents, observer))
            .transpose()?;
        // Each text is reported once.
        let observer = if words.is_some() { &() } else { observer };
        let characters = settings
            .analyzer
            .has_characters()
            .then(|| Block::characters(texts, settings, documents, observer))
            .transpose()?;

        let beyond_limit = BeyondLimit {
            terms: words.as_ref().map_or(0, |block| block.beyond_limit),
            character_ngrams: characters.as_ref().map_or(0, |block| block.beyond_limit),
        };
        let (vocabulary, word_rows) = split(words);
        let (characters, character_rows) = split(characters);
        Ok(Self {
            vocabulary,
            characters,
            beyond_limit,
            rows: join(word_rows, character_rows),
        })
    }
}

impl Block<Vocabulary> {
    fn words(
        texts: &[&str],
        settings: &FeatureTraining,
        documents: u32,
        observer: &dyn Observer,
    ) -> Result<Self, TrainError> {
        let least = settings.min_document_frequency;
        let corpus = Corpus::words(texts, settings.token_characters, least, observer);
        let ngrams = Ngrams::count(&corpus, settings.ngram_max, least);
        let limits = Limits {
            shortest: 1,
            max_features: settings.max_features,
        };
        let selection = Selection::choose(&corpus, &ngrams, limits);
        if selection.frequencies.is_empty() {
            return Err(no_terms(texts, settings));
        }

        let terms = selection.terms(&corpus, &ngrams, " ");
        let idf = idf(&selection, documents);
        Ok(Self {
            vocabulary: Vocabulary::new(terms, &settings.pipeline())?,
            beyond_limit: selection.beyond_limit,
            rows: selection.rows(corpus, ngrams, idf),
        })
    }
}

impl Block<CharacterVocabulary> {
    fn characters(
        texts: &[&str],
        settings: &FeatureTraining,
        documents: u32,
        observer: &dyn Observer,
    ) -> Result<Self, TrainError> {
        let (least, lengths) = (settings.char_min_document_frequency, settings.characters());
        let corpus = Corpus::characters(texts, least, observer);
        let ngrams = Ngrams::count(&corpus, lengths.ngram_max, least);
        let limits = Limits {
            shortest: lengths.ngram_min,
            max_features: settings.char_max_features,
        };
        let selection = Selection::choose(&corpus, &ngrams, limits);
        if selection.frequencies.is_empty() {
            return Err(TrainError::NoNgrams {
                min_document_frequency: least,
                texts: texts.len(),
            });
        }

        let ngram_texts = selection.terms(&corpus, &ngrams, "");
        let idf = idf(&selection, documents);
        Ok(Self {
            vocabulary: CharacterVocabulary::new(ngram_texts, lengths)?,
            beyond_limit: selection.beyond_limit,
            rows: selection.rows(corpus, ngrams, idf),
        })
    }
}

fn idf(selection: &Selection, documents: u32) -> Vec<f64> {
    selection
        .frequencies
        .iter()
        .map(|&frequency| smooth_idf(documents, frequency))
        .collect()
}

fn split<V>(block: Option<Block<V>>) -> (Option<V>, Option<BlockRows>) {
    block.map(|block| (block.vocabulary, block.rows)).unzip()
}

/// Joins the rows by the terms of each kind.
fn join(words: Option<BlockRows>, characters: Option<BlockRows>) -> SparseRows {
    let (rows, other) = match (words, characters) {
        (Some(words), Some(characters)) => (words, Some(characters)),
        (Some(rows), None) | (None, Some(rows)) => (rows, None),
        (None, None) => unreachable!("every analyzer has terms of a kind"),
    };
    let BlockRows {
        mut chunks,
        mut idf,
        mut columns,
    } = rows;

    if let Some(other) = other {
        let first = u32::try_from(idf.len()).expect("a vocabulary has fewer than 2^32 terms");
        columns.resize(columns.len().next_multiple_of(BLOCK_COLUMNS), NO_COLUMN);
        columns.extend(other.columns.iter().map(|column| first + column));
        idf.extend(other.idf);
        chunks = chunks
            .into_iter()
            .zip(other.chunks)
            .map(|(left, right)| left.beside(right))
            .collect();
    }
    let chunks = chunks.par_iter().map(RowChunk::by_length).collect();
    SparseRows::new(chunks, idf, columns)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use relevance_pipeline::TokenCharacters;

    use super::*;
    use crate::fit::settings::Analyzer;

    const TEXTS: [&str; 4] = ["fire and fire", "fire and flood", "", "flood"];

    fn fit(settings: &FeatureTraining) -> Vectorizer {
        Vectorizer::fit(&TEXTS, settings).unwrap()
    }

    #[test]
    fn frequent_terms_are_kept_in_vocabulary_order() {
        let fitted = fit(&FeatureTraining::default());

        assert_eq!(
            fitted.vocabulary.as_ref().unwrap().terms(),
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

        let fitted = fit(&limited);
        assert_eq!(fitted.vocabulary.unwrap().terms(), ["and", "fire", "flood"]);
        assert_eq!(fitted.beyond_limit.terms, 3);
        let limited = FeatureTraining {
            max_features: 4,
            ..limited
        };
        assert_eq!(
            fit(&limited).vocabulary.unwrap().terms(),
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
                prop_assert_eq!(fitted.vocabulary.as_ref().unwrap().terms(), want);
                for row in fitted.rows.iter() {
                    let mut columns: Vec<u32> = row.ranks().map(|rank| fitted.rows.columns()[rank as usize]).collect();
                    columns.sort_unstable();
                    let mut want: Vec<u32> = terms[row.text]
                        .iter()
                        .filter_map(|term| fitted.vocabulary.as_ref().unwrap().column(term))
                        .map(|column| u32::try_from(column).unwrap())
                        .collect();
                    want.sort_unstable();
                    prop_assert_eq!(columns, want);
                }
            }
        }

        #[test]
        fn characters_and_rows_agree_with_the_definition(
            texts in prop::collection::vec("[abA\\téÉ \\x00]{0,14}", 1..12),
            (char_ngram_min, longer) in (1_usize..=3, 0_usize..=3),
            char_min_document_frequency in 1_u32..=3,
            both in any::<bool>(),
        ) {
            let settings = FeatureTraining {
                analyzer: if both { Analyzer::Both } else { Analyzer::Char },
                min_document_frequency: 1,
                char_ngram_min,
                char_ngram_max: char_ngram_min + longer,
                char_min_document_frequency,
                ..FeatureTraining::default()
            };
            let ngrams: Vec<Vec<String>> =
                texts.iter().map(|text| settings.characters().ngrams(text)).collect();
            let mut frequencies: BTreeMap<(usize, &str), u32> = BTreeMap::new();
            for ngrams in &ngrams {
                let mut orders: Vec<_> =
                    ngrams.iter().map(|ngram| CharacterVocabulary::order(ngram)).collect();
                orders.sort_unstable();
                orders.dedup();
                for order in orders {
                    *frequencies.entry(order).or_default() += 1;
                }
            }
            frequencies.retain(|(_, ngram), frequency| {
                *frequency >= char_min_document_frequency && !ngram.contains('\u{FFFE}')
            });

            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let Ok(fitted) = Vectorizer::fit(&texts, &settings) else {
                prop_assert!(both || frequencies.is_empty());
                return Ok(());
            };
            let vocabulary = fitted.characters.as_ref().unwrap();
            let want: Vec<&str> = frequencies.keys().map(|&(_, ngram)| ngram).collect();
            prop_assert_eq!(vocabulary.ngrams(), want);

            let words = fitted.vocabulary.as_ref().map_or(0, Vocabulary::len);
            for row in fitted.rows.iter() {
                let mut columns: Vec<usize> = row
                    .ranks()
                    .map(|rank| fitted.rows.columns()[rank as usize] as usize)
                    .collect();
                columns.sort_unstable();
                let known = fitted.vocabulary.iter().flat_map(|vocabulary| {
                    let terms = settings.pipeline().terms(texts[row.text]);
                    terms.into_iter().filter_map(|term| vocabulary.column(&term))
                });
                let ngrams = ngrams[row.text].iter().filter_map(|ngram| vocabulary.column(ngram));
                let mut want: Vec<usize> = known.chain(ngrams.map(|column| words + column)).collect();
                want.sort_unstable();
                prop_assert_eq!(columns, want);
            }

            let dense = fitted.rows.to_dense();
            for (row, ngrams) in dense.rows().into_iter().zip(&ngrams) {
                let squares: f64 = row.iter().skip(words).map(|value| value * value).sum();
                let has_known = ngrams.iter().any(|ngram| vocabulary.column(ngram).is_some());
                prop_assert!((squares - f64::from(u8::from(has_known))).abs() < 1e-9);
            }
        }
    }
}
