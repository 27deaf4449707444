//! The fitted pipeline: the reference that every engine is compared with.
//!
//! It scores with the `f32` numbers of the model file, in `f64` arithmetic.

mod labels;
mod parts;
mod prediction;
mod term;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::parts::check_threshold;
use crate::characters::CharacterBlock;
use crate::error::PipelineError;
use crate::vocabulary::{FeatureSettings, Vocabulary};

pub use self::labels::Labels;
pub use self::parts::PipelineParts;
pub use self::prediction::{Prediction, sigmoid};
pub use self::term::{Term, TermKind};

/// A checked pipeline from text to probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PipelineParts", into = "PipelineParts")]
pub struct Pipeline {
    features: FeatureSettings,
    vocabulary: Vocabulary,
    idf: Vec<f32>,
    coefficients: Vec<f32>,
    characters: Option<CharacterBlock>,
    intercept: f32,
    threshold: f32,
    labels: Labels,
    metadata: BTreeMap<String, String>,
}

impl Pipeline {
    /// Returns how a text becomes terms.
    #[must_use]
    pub const fn features(&self) -> &FeatureSettings {
        &self.features
    }

    /// Returns the known terms of tokens; none in a pipeline of character n-grams alone.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Returns the inverse document frequencies: `[vocabulary]`.
    #[must_use]
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Returns the weights of the linear model: `[vocabulary]`.
    #[must_use]
    pub fn coefficients(&self) -> &[f32] {
        &self.coefficients
    }

    /// Returns the character n-grams with their numbers, if the pipeline has any.
    #[must_use]
    pub const fn characters(&self) -> Option<&CharacterBlock> {
        self.characters.as_ref()
    }

    /// Returns the terms of tokens in the order of their columns, then the character n-grams in the
    /// order of theirs.
    pub fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        let words = Term::zip(
            TermKind::Word,
            self.vocabulary.terms(),
            &self.idf,
            &self.coefficients,
        );
        let characters = self.characters.iter().flat_map(|block| {
            Term::zip(
                TermKind::Character,
                block.vocabulary().ngrams(),
                block.idf(),
                block.coefficients(),
            )
        });

        words.chain(characters)
    }

    /// Returns the logit of a text without known terms.
    #[must_use]
    pub const fn intercept(&self) -> f32 {
        self.intercept
    }

    /// Returns the smallest probability of a relevant text.
    #[must_use]
    pub const fn threshold(&self) -> f32 {
        self.threshold
    }

    /// Returns the names of the two classes.
    #[must_use]
    pub const fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Returns the metadata of the model file.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Replaces the threshold.
    ///
    /// # Errors
    /// [`PipelineError::Threshold`] when it is not between 0 and 1.
    pub fn with_threshold(self, threshold: f32) -> Result<Self, PipelineError> {
        check_threshold(threshold)?;
        Ok(Self { threshold, ..self })
    }

    /// Replaces the metadata.
    #[must_use]
    pub fn with_metadata(self, metadata: BTreeMap<String, String>) -> Self {
        Self { metadata, ..self }
    }

    /// Counts the known terms of tokens in `text`: pairs of column and count, columns ascending.
    #[must_use]
    pub fn term_counts(&self, text: &str) -> Vec<(usize, u32)> {
        let mut columns: Vec<usize> = self
            .features
            .terms(text)
            .iter()
            .filter_map(|term| self.vocabulary.column(term))
            .collect();
        columns.sort_unstable();

        let mut counts: Vec<(usize, u32)> = Vec::new();
        for column in columns {
            match counts.last_mut() {
                Some((last, count)) if *last == column => *count += 1,
                _ => counts.push((column, 1)),
            }
        }

        counts
    }

    /// Returns the log-odds that `text` is relevant.
    #[must_use]
    pub fn logit(&self, text: &str) -> f64 {
        let (mut dot, mut squares) = (0.0, 0.0);
        for (column, count) in self.term_counts(text) {
            let weight = f64::from(count) * f64::from(self.idf[column]);
            dot += weight * f64::from(self.coefficients[column]);
            squares += weight * weight;
        }

        let cosine = if squares > 0.0 {
            dot / squares.sqrt()
        } else {
            0.0
        };
        let character_cosine = self
            .characters
            .as_ref()
            .map_or(0.0, |block| block.cosine(text));

        cosine + character_cosine + f64::from(self.intercept)
    }

    /// Returns the prediction for `text`.
    #[must_use]
    pub fn predict(&self, text: &str) -> Prediction {
        Prediction::from_logit(self.logit(text), self.threshold)
    }

    /// Returns the label of relevant texts, or that of all others.
    #[must_use]
    pub fn label(&self, relevant: bool) -> &str {
        if relevant {
            &self.labels.relevant
        } else {
            &self.labels.not_relevant
        }
    }
}

impl TryFrom<PipelineParts> for Pipeline {
    type Error = PipelineError;

    fn try_from(mut parts: PipelineParts) -> Result<Self, PipelineError> {
        let terms = std::mem::take(&mut parts.vocabulary);
        let characters = parts.characters.take().map(TryInto::try_into).transpose()?;
        let (features, vocabulary) = if terms.is_empty() && characters.is_some() {
            (FeatureSettings::default(), Vocabulary::empty())
        } else {
            (parts.features, Vocabulary::new(terms, &parts.features)?)
        };
        parts.check_numbers_and_labels(vocabulary.len())?;

        Ok(Self {
            features,
            vocabulary,
            idf: parts.idf,
            coefficients: parts.coefficients,
            characters,
            intercept: parts.intercept,
            threshold: parts.threshold,
            labels: parts.labels,
            metadata: parts.metadata,
        })
    }
}

impl From<Pipeline> for PipelineParts {
    fn from(pipeline: Pipeline) -> Self {
        Self {
            features: pipeline.features,
            vocabulary: pipeline.vocabulary.into_terms(),
            idf: pipeline.idf,
            coefficients: pipeline.coefficients,
            characters: pipeline.characters.map(Into::into),
            intercept: pipeline.intercept,
            threshold: pipeline.threshold,
            labels: pipeline.labels,
            metadata: pipeline.metadata,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts() -> PipelineParts {
        PipelineParts {
            features: FeatureSettings::default(),
            vocabulary: ["fire", "flood", "flood waters"].map(String::from).to_vec(),
            idf: vec![1.0, 2.0, 3.0],
            coefficients: vec![-1.0, 4.0, 2.0],
            characters: None,
            intercept: -0.5,
            threshold: 0.5,
            labels: Labels::default(),
            metadata: BTreeMap::new(),
        }
    }

    pub(crate) fn pipeline() -> Pipeline {
        parts().try_into().unwrap()
    }

    #[test]
    fn logits_match_values_computed_by_hand() {
        for (text, want) in [
            ("", -0.5),
            ("nothing known", -0.5),
            ("fire", -1.5),
            ("FIRE fire", -1.5),
            (
                "flood waters",
                (2.0 * 4.0 + 3.0 * 2.0) / 13.0_f64.sqrt() - 0.5,
            ),
            ("fire flood fire", (-2.0 + 8.0) / 8.0_f64.sqrt() - 0.5),
        ] {
            let got = pipeline().logit(text);

            assert!(
                (got - want).abs() < 1e-12,
                "{text:?}: got {got}, want {want}"
            );
        }
    }

    #[test]
    fn a_text_is_relevant_from_the_threshold_on() {
        let at = Pipeline::try_from(PipelineParts {
            intercept: 0.0,
            ..parts()
        })
        .unwrap();

        assert_eq!(
            at.predict(""),
            Prediction {
                probability: 0.5,
                relevant: true
            }
        );

        assert!(!pipeline().predict("").relevant);
        assert_eq!(at.label(true), "Relevant");
        assert_eq!(at.label(false), "Not Relevant");
    }

    #[test]
    fn counts_are_kept_per_column_in_order() {
        assert_eq!(
            pipeline().term_counts("flood fire FLOOD waters"),
            [(0, 1), (1, 2), (2, 1)]
        );
    }

    #[test]
    fn parts_that_do_not_fit_are_rejected_by_name() {
        let error = |parts: PipelineParts| Pipeline::try_from(parts).unwrap_err().to_string();

        assert_eq!(
            error(PipelineParts {
                idf: vec![1.0],
                ..parts()
            }),
            "1 idf weights for 3 terms"
        );
        assert_eq!(
            error(PipelineParts {
                coefficients: vec![0.0, f32::NAN, 0.0],
                ..parts()
            }),
            "coefficients, column 1, has the value NaN, which is not a finite number"
        );
        assert_eq!(
            error(PipelineParts {
                intercept: f32::INFINITY,
                ..parts()
            }),
            "the intercept has the value inf, which is not a finite number"
        );
        assert_eq!(
            error(PipelineParts {
                threshold: 1.0,
                ..parts()
            }),
            "the threshold is 1, it must be more than 0 and less than 1"
        );

        let same = Labels {
            relevant: "x".into(),
            not_relevant: "x".into(),
        };
        assert_eq!(
            error(PipelineParts {
                labels: same,
                ..parts()
            }),
            "both labels are `x`"
        );
    }

    proptest! {
        #[test]
        fn a_pipeline_survives_json(
            idf in prop::collection::vec(-1e6_f32..1e6, 3),
            intercept in -50.0_f32..50.0,
        ) {
            let pipeline = Pipeline::try_from(PipelineParts { idf, intercept, ..parts() }).unwrap();
            let json = serde_json::to_string(&pipeline).unwrap();
            prop_assert_eq!(serde_json::from_str::<Pipeline>(&json).unwrap(), pipeline);
        }

        #[test]
        fn every_text_has_a_probability(text in any::<String>()) {
            let probability = pipeline().predict(&text).probability;
            prop_assert!((0.0..=1.0).contains(&probability));
        }

        #[test]
        fn no_text_changes_the_logit_by_more_than_the_norm_of_the_coefficients(
            text in "(fire |flood |waters ){0,30}",
        ) {
            // Rows have norm 1, so this is the Cauchy-Schwarz inequality.
            let norm = 21.0_f64.sqrt();
            prop_assert!((pipeline().logit(&text) + 0.5).abs() <= norm + 1e-9);
        }
    }
}
