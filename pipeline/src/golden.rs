//! Golden sentences: texts with the reference's probabilities, which a model file holds so that
//! loading it can check them.

use serde::{Deserialize, Serialize};

use crate::pipeline::Pipeline;

/// Texts on which engines are known to differ: no text, no known token, letters that locales fold,
/// other scripts.
const HARD_TEXTS: [&str; 6] = [
    "",
    " \t\r\n",
    "zzz",
    "\u{212A}illed by f\u{130}re at 9 o'clock, caf\u{E9} closed",
    "\u{1F525} FIRE \u{1F525} in Port-au-Prince #haiti x_y",
    "\u{6D2A}\u{6C34}\u{304C}\u{8FEB} earthquake \u{645}\u{64A}\u{627}\u{647}",
];
/// Number of sentences that consist of terms of the vocabulary.
const VOCABULARY_TEXTS: usize = 8;
/// Number of terms in each of them.
const TERMS_PER_TEXT: usize = 6;

/// A text with the reference's probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenSentence {
    /// The text, which comes from no data set.
    pub text: String,
    /// Probability of relevance; an engine's may differ by 1e-6.
    pub probability: f32,
}

impl GoldenSentence {
    /// Computes the sentences of a pipeline: hard texts, and texts of evenly spaced terms of its
    /// vocabulary.
    #[must_use]
    pub fn compute(pipeline: &Pipeline) -> Vec<Self> {
        let terms = pipeline.vocabulary().terms();
        let sampled = VOCABULARY_TEXTS * TERMS_PER_TEXT;
        let vocabulary_text = |text: usize| {
            let sample = (0..TERMS_PER_TEXT).map(|index| {
                let position = text + VOCABULARY_TEXTS * index;
                terms[position * terms.len() / sampled].as_str()
            });
            sample.collect::<Vec<_>>().join(" ")
        };

        HARD_TEXTS
            .into_iter()
            .map(str::to_owned)
            .chain((0..VOCABULARY_TEXTS).map(vocabulary_text))
            .map(|text| Self {
                probability: pipeline.predict(&text).probability,
                text,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tests::pipeline;

    #[test]
    fn probabilities_are_the_references_and_some_texts_have_known_terms() {
        let pipeline = pipeline();
        let golden = GoldenSentence::compute(&pipeline);

        assert_eq!(golden.len(), HARD_TEXTS.len() + VOCABULARY_TEXTS);
        for GoldenSentence { text, probability } in &golden {
            assert_eq!(
                pipeline.predict(text).probability.to_bits(),
                probability.to_bits(),
                "{text:?}"
            );
        }
        assert!(
            golden[HARD_TEXTS.len()..]
                .iter()
                .all(|sentence| !pipeline.term_counts(&sentence.text).is_empty())
        );
    }
}
