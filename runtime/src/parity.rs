//! Whether an engine gives the reference's answers.

use relevance_pipeline::Prediction;

use crate::engine::Engine;
use crate::error::RuntimeError;

/// How far the probability of an engine may be from the reference's.
pub const TOLERANCE: f32 = 1e-6;

/// How an engine's answers compare with the reference's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// How many texts were compared.
    pub texts: usize,
    /// The largest distance between two probabilities, 0 to 1.
    pub largest_difference: f32,
    /// Which text has it.
    pub farthest_text: usize,
    /// The texts whose verdict is another one.
    pub changed_verdicts: Vec<usize>,
}

impl Agreement {
    /// Whether every probability is within [`TOLERANCE`] and every verdict the same.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.largest_difference <= TOLERANCE && self.changed_verdicts.is_empty()
    }
}

/// Compares what `engine` answers for `texts`, `batch` at a time, with the reference's answers, `want`: `[texts]`.
///
/// # Errors
/// When the engine fails.
///
/// # Panics
/// When the engine answers for another number of texts than it was given, `want` has another number of answers, or `batch`
/// is 0.
pub fn compare(
    want: &[Prediction],
    engine: &dyn Engine,
    texts: &[&str],
    batch: usize,
) -> Result<Agreement, RuntimeError> {
    assert_eq!(
        want.len(),
        texts.len(),
        "the reference answers for each text"
    );
    let mut agreement = Agreement {
        texts: texts.len(),
        ..Agreement::default()
    };
    for ((start, texts), want) in (0..)
        .step_by(batch)
        .zip(texts.chunks(batch))
        .zip(want.chunks(batch))
    {
        let got = engine.predict_batch(texts)?;
        assert_eq!(got.len(), texts.len(), "an engine lost or made up texts");
        for (index, (want, got)) in (start..).zip(want.iter().zip(&got)) {
            let difference = (want.probability - got.probability).abs();
            if difference > agreement.largest_difference || difference.is_nan() {
                (agreement.largest_difference, agreement.farthest_text) = (difference, index);
            }
            if want.relevant != got.relevant {
                agreement.changed_verdicts.push(index);
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

    fn fixed(answers: [(f32, bool); 3]) -> Fixed {
        Fixed(
            answers
                .map(|(probability, relevant)| Prediction {
                    probability,
                    relevant,
                })
                .to_vec(),
        )
    }

    #[test]
    fn the_farthest_text_and_each_changed_verdict_are_found_across_batches() {
        let reference = fixed([(0.25, false), (0.5, true), (0.75, true)]);
        let engine = fixed([(0.25, false), (0.5, false), (1.0, true)]);
        for batch in [1, 2, 3] {
            let agreement = compare(&reference.0, &engine, &["0", "1", "2"], batch).unwrap();
            assert_eq!(
                (agreement.largest_difference, agreement.farthest_text),
                (0.25, 2)
            );
            assert_eq!(agreement.changed_verdicts, [1]);
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
