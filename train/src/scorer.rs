//! Probabilities of many texts, with nothing built for a single one.

use relevance_pipeline::{Pipeline, TermBuffer, TermIndex, sigmoid};

/// Scores as [`Pipeline::predict`] does, to the bit, with a table made once and space used again.
#[derive(Clone, Debug)]
pub struct Scorer<'p> {
    pipeline: &'p Pipeline,
    index: TermIndex,
    /// The column of each number of the index.
    columns: Vec<Option<u32>>,
    buffer: TermBuffer,
    found: Vec<u32>,
}

impl<'p> Scorer<'p> {
    /// Makes the table of the vocabulary.
    #[must_use]
    pub fn new(pipeline: &'p Pipeline) -> Self {
        let (index, columns) = TermIndex::from_vocabulary(pipeline.vocabulary(), *pipeline.features());
        Self { pipeline, index, columns, buffer: TermBuffer::default(), found: Vec::new() }
    }

    /// Probability that `text` is relevant, 0 to 1.
    pub fn probability(&mut self, text: &str) -> f32 {
        let Self { pipeline, index, columns, buffer, found } = self;
        found.clear();
        index.find(text, buffer, |number| found.extend(columns[number as usize]));
        // The reference sums in the order of the columns, and a sum of floats depends on its order.
        found.sort_unstable();
        let (mut dot, mut squares) = (0.0, 0.0);
        for run in found.chunk_by(|left, right| left == right) {
            let column = run[0] as usize;
            #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 tokens")]
            let weight = run.len() as f64 * f64::from(pipeline.idf()[column]);
            dot += weight * f64::from(pipeline.coefficients()[column]);
            squares += weight * weight;
        }
        let cosine = if squares > 0.0 { dot / squares.sqrt() } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "the engines answer in f32")]
        let probability = sigmoid(cosine + f64::from(pipeline.intercept())) as f32;
        probability
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    proptest! {
        #[test]
        fn probabilities_are_those_of_the_reference_to_the_bit(
            texts in prop::collection::vec("[aAbBcé ,]{0,20}", 1..20),
            weights in prop::collection::vec(-3.0_f32..3.0, 5),
        ) {
            let pipeline = Pipeline::try_from(PipelineParts {
                features: FeatureSettings::default(),
                vocabulary: ["a", "b", "a b", "b b", "c a"].map(String::from).to_vec(),
                idf: vec![1.1, 1.3, 2.7, 0.3, 5.0],
                coefficients: weights,
                intercept: -0.25,
                threshold: 0.5,
                labels: Labels::default(),
                metadata: BTreeMap::new(),
            }).unwrap();
            let mut scorer = Scorer::new(&pipeline);
            for text in &texts {
                prop_assert_eq!(scorer.probability(text).to_bits(), pipeline.predict(text).probability.to_bits());
            }
        }
    }
}
