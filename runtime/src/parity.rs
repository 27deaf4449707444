//! Comparison of an engine's predictions with the reference's.

use relevance_pipeline::{GoldenSentence, Prediction};

use crate::engine::Engine;
use crate::error::RuntimeError;

/// Largest accepted difference between the probabilities of an engine and of the reference.
pub const TOLERANCE: f32 = GoldenSentence::TOLERANCE;

/// Result of comparing an engine with the reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Number of compared texts.
    pub texts: usize,
    /// Largest difference between two probabilities, 0 to 1.
    pub largest_difference: f32,
    /// Index of the text with the largest difference.
    pub farthest_text: usize,
    /// Indexes of the texts whose label differs.
    pub changed_labels: Vec<usize>,
}

impl Agreement {
    /// Returns whether every probability is within [`TOLERANCE`] and every label is the same.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.largest_difference <= TOLERANCE && self.changed_labels.is_empty()
    }
}

/// Compares the predictions of `engine` for `texts`, `batch` at a time, with those of the
/// reference, `want`: `[texts]`.
///
/// # Errors
/// When the engine fails.
///
/// # Panics
/// When the engine or `want` has another number of predictions than there are texts, or `batch` is
/// 0.
pub fn compare(
    want: &[Prediction],
    engine: &dyn Engine,
    texts: &[&str],
    batch: usize,
) -> Result<Agreement, RuntimeError> {
    assert_eq!(
        want.len(),
        texts.len(),
        "the reference has one prediction per text"
    );

    let mut agreement = Agreement {
        texts: texts.len(),
        ..Agreement::default()
    };
    let batches = texts.chunks(batch).zip(want.chunks(batch));
    for (start, (texts, want)) in (0..).step_by(batch).zip(batches) {
        let got = engine.predict_batch(texts)?;
        assert_eq!(
            got.len(),
            texts.len(),
            "an engine has one prediction per text"
        );

        for (index, (want, got)) in (start..).zip(want.iter().zip(&got)) {
            let difference = (want.probability - got.probability).abs();
            if difference > agreement.largest_difference || difference.is_nan() {
                (agreement.largest_difference, agreement.farthest_text) = (difference, index);
            }
            if want.relevant != got.relevant {
                agreement.changed_labels.push(index);
            }
        }
    }

    Ok(agreement)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(Vec<Prediction>);

    impl Engine for Fixed {
        fn predict_batch(&self, texts: &[&str]) -> Result<Vec<Prediction>, RuntimeError> {
            Ok(texts
                .iter()
                .map(|text| self.0[text.parse::<usize>().unwrap()])
                .collect())
        }
    }

    fn fixed(predictions: [(f32, bool); 3]) -> Fixed {
        Fixed(
            predictions
                .map(|(probability, relevant)| Prediction {
                    probability,
                    relevant,
                })
                .to_vec(),
        )
    }

    #[test]
    fn the_farthest_text_and_each_changed_label_are_found_across_batches() {
        let reference = fixed([(0.25, false), (0.5, true), (0.75, true)]);
        let engine = fixed([(0.25, false), (0.5, false), (1.0, true)]);

        for batch in [1, 2, 3] {
            let agreement = compare(&reference.0, &engine, &["0", "1", "2"], batch).unwrap();
            assert_eq!(
                (agreement.largest_difference, agreement.farthest_text),
                (0.25, 2)
            );
            assert_eq!(agreement.changed_labels, [1]);
            assert!(!agreement.holds());
        }

        assert!(
            compare(&reference.0, &reference, &["0", "1", "2"], 2)
                .unwrap()
                .holds()
        );
    }

    #[test]
    fn a_probability_that_is_not_a_number_never_agrees() {
        let reference = fixed([(0.25, false); 3]);
        let engine = fixed([(f32::NAN, false), (0.25, false), (0.25, false)]);
        assert!(
            !compare(&reference.0, &engine, &["0", "1", "2"], 3)
                .unwrap()
                .holds()
        );
    }
}
