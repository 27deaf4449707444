//! Training texts to a vocabulary, its weights and the rows that the solver takes.
//!
//! Every text is tokenised once; what is kept of it are the numbers of its terms.

use relevance_pipeline::{TermBuffer, TermIndex, Vocabulary, smooth_idf};
use sprs::CsMatI;

use crate::{FeatureTraining, SparseRows, TrainError};

/// A fitted vocabulary with the rows of the texts that it was fitted on.
#[derive(Clone, Debug)]
pub struct Vectorizer {
    /// The terms that are kept.
    pub vocabulary: Vocabulary,
    /// Inverse document frequencies: `[vocabulary]`.
    pub idf: Vec<f64>,
    /// The training texts: `[texts, vocabulary]`.
    pub rows: SparseRows,
}

/// The terms of each text, by number: those of text i are `numbers[ends[i]..ends[i + 1]]`.
struct Corpus {
    index: TermIndex,
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

impl Vectorizer {
    /// Fits the vocabulary of `texts`.
    ///
    /// # Errors
    /// [`TrainError::NoTerms`] when no term is frequent enough.
    pub fn fit<'t>(
        texts: impl ExactSizeIterator<Item = &'t str>,
        settings: &FeatureTraining,
    ) -> Result<Self, TrainError> {
        let too_many = |_| TrainError::TooMany { what: "training texts", got: texts.len() };
        let documents = u32::try_from(texts.len()).map_err(too_many)?;
        let corpus = Corpus::read(texts, settings);
        let frequencies = corpus.document_frequencies();
        let kept = most_frequent(&corpus.index.terms(), &frequencies, settings);
        if kept.is_empty() {
            let min_document_frequency = settings.min_document_frequency;
            return Err(TrainError::NoTerms { min_document_frequency, texts: documents as usize });
        }
        let mut columns = vec![None; frequencies.len()];
        for (column, &(_, number)) in (0..).zip(&kept) {
            columns[number as usize] = Some(column);
        }
        let idf: Vec<f64> =
            kept.iter().map(|&(_, number)| smooth_idf(documents, frequencies[number as usize])).collect();
        let rows = corpus.rows(&columns, &idf);
        let terms = kept.into_iter().map(|(term, _)| term).collect();
        Ok(Self { vocabulary: Vocabulary::new(terms, &settings.pipeline())?, idf, rows })
    }
}

impl Corpus {
    fn read<'t>(texts: impl Iterator<Item = &'t str>, settings: &FeatureTraining) -> Self {
        let mut corpus = Self { index: TermIndex::new(settings.pipeline()), numbers: Vec::new(), ends: vec![0] };
        let mut buffer = TermBuffer::default();
        for text in texts {
            let start = corpus.numbers.len();
            corpus.index.intern(text, &mut buffer, |number| corpus.numbers.push(number));
            corpus.numbers[start..].sort_unstable();
            corpus.ends.push(corpus.numbers.len());
        }
        corpus
    }

    /// The terms of each text in the order of their numbers, as runs of equal ones.
    fn texts(&self) -> impl Iterator<Item = impl Iterator<Item = &[u32]>> {
        self.ends.windows(2).map(|ends| self.numbers[ends[0]..ends[1]].chunk_by(|left, right| left == right))
    }

    /// In how many texts each term stands: `[terms]`.
    fn document_frequencies(&self) -> Vec<u32> {
        let mut frequencies = vec![0; self.index.len()];
        for run in self.texts().flatten() {
            frequencies[run[0] as usize] += 1;
        }
        frequencies
    }

    /// Rows over the terms that have a column.
    fn rows(&self, columns: &[Option<u32>], idf: &[f64]) -> SparseRows {
        let (mut indices, mut values, mut ends) = (Vec::new(), Vec::new(), vec![0]);
        let mut row: Vec<(u32, f64)> = Vec::new();
        for text in self.texts() {
            row.clear();
            row.extend(text.filter_map(|run| {
                let column = columns[run[0] as usize]?;
                #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 tokens")]
                let count = run.len() as f64;
                Some((column, count * idf[column as usize]))
            }));
            row.sort_unstable_by_key(|&(column, _)| column);
            let norm = row.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            indices.extend(row.iter().map(|&(column, _)| column));
            values.extend(row.iter().map(|&(_, weight)| weight / norm));
            ends.push(indices.len());
        }
        SparseRows::new(CsMatI::new((ends.len() - 1, idf.len()), ends, indices, values))
    }
}

/// The terms that stand in enough texts, at most `max_features` of them, with their numbers, in the order of their columns.
fn most_frequent(terms: &[String], frequencies: &[u32], settings: &FeatureTraining) -> Vec<(String, u32)> {
    let mut kept: Vec<(&String, u32)> = terms.iter().zip(0..).collect();
    kept.retain(|&(_, number)| frequencies[number as usize] >= settings.min_document_frequency);
    if kept.len() > settings.max_features {
        // The term itself decides between equals, so that the order of the texts does not.
        kept.sort_unstable_by_key(|&(term, number)| (std::cmp::Reverse(frequencies[number as usize]), term));
        kept.truncate(settings.max_features);
    }
    kept.sort_unstable_by_key(|&(term, _)| Vocabulary::order(term));
    kept.into_iter().map(|(term, number)| (term.clone(), number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = ["fire and fire", "fire and flood", "", "flood"];

    fn fit(settings: &FeatureTraining) -> Vectorizer {
        Vectorizer::fit(TEXTS.into_iter(), settings).unwrap()
    }

    fn dense(rows: &SparseRows) -> Vec<Vec<f64>> {
        rows.matrix().to_dense().rows().into_iter().map(|row| row.to_vec()).collect()
    }

    #[test]
    fn frequent_terms_are_kept_in_the_order_of_the_vocabulary() {
        let fitted = fit(&FeatureTraining::default());
        assert_eq!(fitted.vocabulary.terms(), ["and", "fire", "flood", "fire and"]);
        let idf = (5.0_f64 / 3.0).ln() + 1.0;
        assert!(fitted.idf.iter().all(|weight| (weight - idf).abs() < 1e-15));
    }

    #[test]
    fn rows_are_unit_length_counts_times_idf() {
        let rows = dense(&fit(&FeatureTraining::default()).rows);
        let sixth = 1.0 / 6.0_f64.sqrt();
        assert_eq!(rows[2], [0.0; 4]);
        for (row, want) in [(0, [sixth, 2.0 * sixth, 0.0, sixth]), (3, [0.0, 0.0, 1.0, 0.0])] {
            assert!(rows[row].iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-12), "{:?}", rows[row]);
        }
    }

    #[test]
    fn the_limit_keeps_the_terms_of_the_most_texts_and_equals_by_name() {
        let limited = FeatureTraining { min_document_frequency: 1, max_features: 3, ..FeatureTraining::default() };
        assert_eq!(fit(&limited).vocabulary.terms(), ["and", "fire", "fire and"]);
    }

    #[test]
    fn no_frequent_term_is_an_error_that_says_what_to_do() {
        let settings = FeatureTraining { min_document_frequency: 3, ..FeatureTraining::default() };
        let error = Vectorizer::fit(TEXTS.into_iter(), &settings).unwrap_err().to_string();
        assert!(error.contains("no term stands in 3 of the 4 training texts"), "{error}");
    }
}
