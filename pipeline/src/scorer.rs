//! The pipeline's score as one pass over the terms that are there, for engines and for training.

use crate::{FeatureSettings, Pipeline, Prediction, TermBuffer, TermIndex, Vocabulary};

/// A vocabulary with its weights, made for scoring many texts.
#[derive(Clone, Debug)]
pub struct Scorer {
    index: TermIndex,
    /// The column of each of the index's numbers, if it is a term and not just the beginning of one.
    columns: Vec<Option<u32>>,
    /// Inverse document frequencies: `[vocabulary]`.
    idf: Vec<f32>,
}

/// Space that is used again from text to text.
#[derive(Clone, Debug, Default)]
pub struct ScoreBuffer {
    terms: TermBuffer,
    columns: Vec<u32>,
}

impl Scorer {
    /// Takes a vocabulary and its inverse document frequencies, `[vocabulary]`.
    #[must_use]
    pub fn new(vocabulary: &Vocabulary, settings: FeatureSettings, idf: Vec<f32>) -> Self {
        let (index, columns) = TermIndex::from_vocabulary(vocabulary, settings);
        Self { index, columns, idf }
    }

    /// How many terms have a weight.
    #[must_use]
    pub const fn terms(&self) -> usize {
        self.idf.len()
    }

    /// The product of the text's unit row with `coefficients`, `[vocabulary]`; 0 for a text without known terms.
    ///
    /// # Panics
    /// When there are fewer coefficients than terms.
    #[must_use]
    pub fn project(&self, text: &str, coefficients: &[f32], buffer: &mut ScoreBuffer) -> f64 {
        let ScoreBuffer { terms, columns } = buffer;
        columns.clear();
        self.index.find(text, terms, |number| columns.extend(self.columns[number as usize]));
        columns.sort_unstable();
        let (mut product, mut squares) = (0.0, 0.0);
        for run in columns.chunk_by(|left, right| left == right) {
            let column = run[0] as usize;
            #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 tokens")]
            let weight = run.len() as f64 * f64::from(self.idf[column]);
            product += weight * f64::from(coefficients[column]);
            squares += weight * weight;
        }
        if squares > 0.0 { product / squares.sqrt() } else { 0.0 }
    }
}

/// A pipeline made for scoring many texts: the answers of [`Pipeline::predict`], to the bit, at a fraction of its time.
#[derive(Clone, Debug)]
pub struct Predictor<'p> {
    pipeline: &'p Pipeline,
    scorer: Scorer,
}

impl<'p> Predictor<'p> {
    /// Takes the pipeline's numbers.
    #[must_use]
    pub fn new(pipeline: &'p Pipeline) -> Self {
        let scorer = Scorer::new(pipeline.vocabulary(), *pipeline.features(), pipeline.idf().to_vec());
        Self { pipeline, scorer }
    }

    /// What [`Pipeline::logit`] gives.
    #[must_use]
    pub fn logit(&self, text: &str, buffer: &mut ScoreBuffer) -> f64 {
        self.scorer.project(text, self.pipeline.coefficients(), buffer) + f64::from(self.pipeline.intercept())
    }

    /// What [`Pipeline::predict`] gives.
    #[must_use]
    pub fn predict(&self, text: &str, buffer: &mut ScoreBuffer) -> Prediction {
        self.pipeline.judge(self.logit(text, buffer))
    }
}

impl PartialEq for Scorer {
    fn eq(&self, other: &Self) -> bool {
        let bits = |scorer: &Self| scorer.idf.iter().map(|weight| weight.to_bits()).collect::<Vec<_>>();
        self.index == other.index && self.columns == other.columns && bits(self) == bits(other)
    }
}

impl Eq for Scorer {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pipeline::tests::pipeline;

    proptest! {
        #[test]
        fn a_predictor_gives_the_pipelines_answers_to_the_bit(texts in prop::collection::vec("[a-cA-C fire,lod]{0,40}", 1..8)) {
            let pipeline = pipeline();
            let (predictor, mut buffer) = (Predictor::new(&pipeline), ScoreBuffer::default());
            for text in &texts {
                prop_assert_eq!(predictor.logit(text, &mut buffer).to_bits(), pipeline.logit(text).to_bits());
                prop_assert_eq!(predictor.predict(text, &mut buffer), pipeline.predict(text));
            }
        }
    }
}
