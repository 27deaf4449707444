//! Profile of a set of texts, for comparison with later texts.

use rayon::prelude::*;
use relevance_pipeline::{Pipeline, Predictor, ScoreBuffer, TokenCounts, sigmoid};
use serde::{Deserialize, Serialize};

/// Texts of one parallel task.
const CHUNK: usize = 1 << 15;
const LENGTH_BINS: usize = 16;
const UNKNOWN_BINS: usize = 11;
pub(crate) const SCORE_BINS: usize = 20;
pub(crate) const SCORE_BIN_WIDTH: f64 = 0.05;

/// Lower ends of the bins of lengths in tokens, each about a third above the one before.
const LENGTHS: [usize; LENGTH_BINS] = [0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 128, 256];

/// Counts of texts by length, unknown tokens, probability and label.
///
/// Profiles are compared with that of the test subset: training texts have fewer unknown tokens and
/// more extreme probabilities than later texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Number of texts.
    pub texts: u64,
    /// Texts by their number of tokens, in bins that begin at 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27,
    /// 36, 48, 64, 128 and 256.
    pub lengths: [u64; LENGTH_BINS],
    /// Texts by the fraction of their tokens that are not in the vocabulary: 0, then over 0, 0.1, …
    /// 0.9.
    ///
    /// The fraction of a text without tokens is 0.
    pub unknown_tokens: [u64; UNKNOWN_BINS],
    /// Texts by the model's probability: from 0, 0.05, … 0.95.
    pub scores: [u64; SCORE_BINS],
    /// Texts labelled not relevant and texts labelled relevant; others have no label.
    pub labels: [u64; 2],
}

/// Builds a [`Profile`] text by text.
#[derive(Clone, Debug)]
pub struct Profiler<'p> {
    predictor: Predictor<'p>,
    buffer: ScoreBuffer,
    profile: Profile,
}

impl<'p> Profiler<'p> {
    /// An empty profile with the vocabulary and the probabilities of `pipeline`.
    #[must_use]
    pub fn new(pipeline: &'p Pipeline) -> Self {
        Self::with_predictor(Predictor::new(pipeline))
    }

    fn with_predictor(predictor: Predictor<'p>) -> Self {
        Self {
            predictor,
            buffer: ScoreBuffer::default(),
            profile: Profile::default(),
        }
    }

    /// Adds one text; `relevant` is its label, if it has one.
    pub fn add(&mut self, text: &str, relevant: Option<bool>) {
        let TokenCounts { all: length, known } =
            self.predictor.count_tokens(text, &mut self.buffer);
        let probability = sigmoid(self.predictor.logit(text, &mut self.buffer));

        let profile = &mut self.profile;
        profile.texts += 1;
        profile.lengths[LENGTHS.partition_point(|&from| from <= length) - 1] += 1;
        profile.unknown_tokens[unknown_bin(length - known, length)] += 1;
        profile.scores[score_bin(probability)] += 1;
        if let Some(relevant) = relevant {
            profile.labels[usize::from(relevant)] += 1;
        }
    }

    /// Returns the profile of the added texts.
    #[must_use]
    pub fn finish(self) -> Profile {
        self.profile
    }
}

impl Profile {
    /// Computes the profile of `texts` with their `labels`, `[texts]` each, in parallel.
    #[must_use]
    pub fn compute(predictor: Predictor, texts: &[&str], labels: &[bool]) -> Self {
        let profiler = Profiler::with_predictor(predictor);
        let chunks =
            texts
                .par_chunks(CHUNK)
                .zip(labels.par_chunks(CHUNK))
                .map(|(texts, labels)| {
                    let mut profiler = profiler.clone();
                    for (text, &label) in texts.iter().zip(labels) {
                        profiler.add(text, Some(label));
                    }
                    profiler.finish()
                });

        chunks.reduce(Self::default, |left, right| left.merge(&right))
    }

    /// Adds the counts of another profile.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.texts += other.texts;
        for (bins, others) in self.bins_mut().into_iter().zip(other.bins()) {
            bins.iter_mut()
                .zip(others)
                .for_each(|(count, other)| *count += other);
        }
        self
    }

    const fn bins(&self) -> [&[u64]; 4] {
        [
            &self.lengths,
            &self.unknown_tokens,
            &self.scores,
            &self.labels,
        ]
    }

    const fn bins_mut(&mut self) -> [&mut [u64]; 4] {
        [
            &mut self.lengths,
            &mut self.unknown_tokens,
            &mut self.scores,
            &mut self.labels,
        ]
    }
}

/// Bin of a fraction of unknown tokens: 0 for none, then one a tenth, its upper end included.
const fn unknown_bin(unknown: usize, length: usize) -> usize {
    if unknown == 0 {
        0
    } else {
        (unknown * (UNKNOWN_BINS - 1)).div_ceil(length)
    }
}

/// Bin of a probability.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a probability is 0 to 1, so its bin is small and not negative"
)]
pub(crate) fn score_bin(probability: f64) -> usize {
    ((probability / SCORE_BIN_WIDTH) as usize).min(SCORE_BINS - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use relevance_pipeline::{FeatureSettings, Labels, PipelineParts};

    use super::*;

    fn pipeline(vocabulary: &[&str]) -> Pipeline {
        Pipeline::try_from(PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: vocabulary.iter().map(ToString::to_string).collect(),
            idf: vec![1.0; vocabulary.len()],
            coefficients: vec![4.0; vocabulary.len()],
            characters: None,
            intercept: 0.0,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: BTreeMap::new(),
        })
        .unwrap()
    }

    fn filled(bins: &[u64]) -> Vec<(usize, u64)> {
        bins.iter()
            .copied()
            .enumerate()
            .filter(|&(_, count)| count > 0)
            .collect()
    }

    #[test]
    fn each_text_is_counted_once_in_every_histogram() {
        let pipeline = pipeline(&["fire", "flood", "fire flood"]);
        let texts = [
            "",
            "FIRE",
            "fire and flood and more words",
            "nothing known here",
            "fire flood x x x x x x x x",
        ];
        let profile = Profile::compute(
            Predictor::new(&pipeline),
            &texts,
            &[false, true, true, false, true],
        );

        assert_eq!(profile.texts, 5);
        assert_eq!(
            filled(&profile.lengths),
            [(0, 1), (1, 1), (3, 1), (5, 1), (6, 1)]
        );
        // Shares 0, 0, 4 of 6, all, 8 of 10.
        assert_eq!(
            filled(&profile.unknown_tokens),
            [(0, 2), (7, 1), (8, 1), (10, 1)]
        );
        // Without known terms one half; with them the sigmoid of 4 or more.
        assert_eq!(filled(&profile.scores), [(10, 2), (19, 3)]);
        assert_eq!(profile.labels, [2, 3]);
    }

    #[test]
    fn a_token_that_stands_only_in_a_pair_is_unknown() {
        let profile = Profile::compute(
            Predictor::new(&pipeline(&["fire flood"])),
            &["fire flood"],
            &[true],
        );
        assert_eq!(filled(&profile.unknown_tokens), [(10, 1)]);
        assert_eq!(filled(&profile.scores), [(19, 1)]);
    }

    #[test]
    fn texts_without_labels_are_counted_without_them() {
        let pipeline = pipeline(&["fire"]);
        let mut profiler = Profiler::new(&pipeline);
        profiler.add("fire", None);
        profiler.add("fire", Some(true));
        let profile = profiler.finish();
        assert_eq!((profile.texts, profile.labels), (2, [0, 1]));
    }

    #[test]
    fn chunks_on_several_cores_count_as_one_pass_does() {
        let pipeline = pipeline(&["fire", "flood"]);
        let texts: Vec<&str> = ["fire", "", "flood and fire", "unknown"]
            .into_iter()
            .cycle()
            .take(2 * CHUNK + 10)
            .collect();
        let labels: Vec<bool> = (0..texts.len()).map(|index| index % 3 == 0).collect();
        let mut profiler = Profiler::new(&pipeline);

        for (text, &label) in texts.iter().zip(&labels) {
            profiler.add(text, Some(label));
        }
        assert_eq!(
            Profile::compute(Predictor::new(&pipeline), &texts, &labels),
            profiler.finish()
        );
    }

    #[test]
    fn shares_and_scores_at_the_edges_have_bins() {
        for (unknown, length, want) in [
            (0, 0, 0),
            (1, 100, 1),
            (1, 10, 1),
            (11, 100, 2),
            (9, 10, 9),
            (10, 10, 10),
        ] {
            assert_eq!(unknown_bin(unknown, length), want, "{unknown} of {length}");
        }

        for (probability, want) in [(0.0, 0), (0.049, 0), (0.051, 1), (0.999, 19), (1.0, 19)] {
            assert_eq!(score_bin(probability), want, "{probability}");
        }
    }

    #[test]
    fn a_profile_survives_json_and_one_with_other_bins_is_an_error() {
        let profile = Profile::compute(
            Predictor::new(&pipeline(&["fire"])),
            &["fire in town"],
            &[true],
        );
        let json = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile);
        let other = json.replace("\"labels\":[0,1]", "\"labels\":[0,1,2]");
        assert!(serde_json::from_str::<Profile>(&other).is_err());
    }
}
