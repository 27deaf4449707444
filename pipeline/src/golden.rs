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
    /// Probability of relevance; an engine's may differ by [`TOLERANCE`](Self::TOLERANCE).
    pub probability: f32,
}

/// A probability that differs from that of a golden sentence.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "the model predicts {got} for its golden sentence `{text}`, where its file has {want}: it was \
     damaged, or this version computes otherwise than the one that wrote it"
)]
pub struct GoldenMismatch {
    /// The sentence.
    pub text: String,
    /// Probability of the engine.
    pub got: f32,
    /// Probability in the file.
    pub want: f32,
}

impl GoldenSentence {
    /// Largest accepted difference between the probabilities of an engine and of the file.
    pub const TOLERANCE: f32 = 1e-6;

    /// Compares the probability of an engine with that of the sentence.
    ///
    /// # Errors
    /// When they differ by more than [`TOLERANCE`](Self::TOLERANCE), or `got` is NaN.
    pub fn check(&self, got: f32) -> Result<(), GoldenMismatch> {
        // A comparison with NaN is never true.
        if (got - self.probability).abs() <= Self::TOLERANCE {
            return Ok(());
        }

        Err(GoldenMismatch {
            text: self.text.clone(),
            got,
            want: self.probability,
        })
    }

    /// Computes the sentences of a pipeline: hard texts, and texts of evenly spaced terms of its
    /// vocabulary.
    #[must_use]
    pub fn compute(pipeline: &Pipeline) -> Vec<Self> {
        let terms: Vec<&str> = pipeline.terms().map(|term| term.text).collect();
        let sampled = VOCABULARY_TEXTS * TERMS_PER_TEXT;
        let vocabulary_text = |text: usize| {
            let sample = (0..TERMS_PER_TEXT).map(|index| {
                let position = text + VOCABULARY_TEXTS * index;
                terms[position * terms.len() / sampled]
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
    fn a_probability_may_differ_by_the_tolerance_and_be_no_nan() {
        let sentence = GoldenSentence {
            text: "flood".to_owned(),
            probability: 0.25,
        };
        for (got, is_equal) in [
            (0.25, true),
            (0.250_000_9, true),
            (0.250_002, false),
            (f32::NAN, false),
        ] {
            assert_eq!(sentence.check(got).is_ok(), is_equal, "{got}");
        }
    }

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
