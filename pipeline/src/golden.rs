//! Sentences with the reference's answers, which a model file carries so that whoever loads it can see whether it answers right.

use serde::{Deserialize, Serialize};

use crate::Pipeline;

/// Texts in which engines have been seen to differ: none or no known word, letters that locales fold, other scripts.
const HARD: [&str; 6] = [
    "",
    " \t\r\n",
    "zzz",
    "\u{212A}illed by f\u{130}re at 9 o'clock, caf\u{E9} closed",
    "\u{1F525} FIRE \u{1F525} in Port-au-Prince #haiti x_y",
    "\u{6D2A}\u{6C34}\u{304C}\u{8FEB} earthquake \u{645}\u{64A}\u{627}\u{647}",
];
/// Sentences that are made of the vocabulary.
const MADE: usize = 8;
/// Terms in each of those.
const TERMS: usize = 6;

/// A text and what the reference answers for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenSentence {
    /// The text; it comes from no data set.
    pub text: String,
    /// The probability that it is relevant; an engine may be 1e-6 away.
    pub probability: f32,
}

impl GoldenSentence {
    /// The sentences of a pipeline: hard ones, and some of terms that are spread over its vocabulary.
    #[must_use]
    pub fn compute(pipeline: &Pipeline) -> Vec<Self> {
        let terms = pipeline.vocabulary().terms();
        let made = (0..MADE).map(|sentence| {
            let term = |place: usize| {
                terms[(sentence + MADE * place) * terms.len() / (MADE * TERMS)].as_str()
            };
            (0..TERMS).map(term).collect::<Vec<_>>().join(" ")
        });
        let texts = HARD.into_iter().map(str::to_owned).chain(made);
        texts
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
    fn the_answers_are_the_references_and_some_texts_are_known() {
        let pipeline = pipeline();
        let golden = GoldenSentence::compute(&pipeline);
        assert_eq!(golden.len(), HARD.len() + MADE);
        for GoldenSentence { text, probability } in &golden {
            assert_eq!(
                pipeline.predict(text).probability.to_bits(),
                probability.to_bits(),
                "{text:?}"
            );
        }
        assert!(
            golden[HARD.len()..]
                .iter()
                .all(|sentence| !pipeline.term_counts(&sentence.text).is_empty())
        );
    }
}
