//! The probability from which a text is relevant, chosen on the validation side.

use crate::ConfusionMatrix;

/// The least room around a threshold: engines may differ by 1e-6 in probability, and no verdict of a validation text may
/// hang on that.
const LEAST_GAP: f32 = 4e-6;

/// The threshold with the highest F1 on `probabilities` and `labels`, `[texts]`; of several the one nearest to one half.
///
/// Candidates are the middles between neighbouring probabilities. One half when there are none.
#[must_use]
pub fn choose_threshold(probabilities: &[f32], labels: &[bool]) -> f32 {
    let mut sorted = probabilities.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    sorted
        .windows(2)
        .filter(|pair| pair[1] - pair[0] > LEAST_GAP)
        .map(|pair| f32::midpoint(pair[0], pair[1]))
        .map(|threshold| (ConfusionMatrix::of(probabilities, labels, threshold).f1(), threshold))
        .max_by(|left, right| {
            left.0.total_cmp(&right.0).then_with(|| off_center(right.1).total_cmp(&off_center(left.1)))
        })
        .map_or(0.5, |(_, threshold)| threshold)
}

fn off_center(threshold: f32) -> f32 {
    (threshold - 0.5).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_f1_wins() {
        for (name, probabilities, labels, want) in [
            ("separable", vec![0.1, 0.3, 0.7, 0.9], vec![false, false, true, true], 0.5),
            ("low scores", vec![0.1, 0.2, 0.3, 0.4], vec![false, true, true, true], 0.15),
            ("one score", vec![0.3, 0.3], vec![true, false], 0.5),
            ("no texts", vec![], vec![], 0.5),
        ] {
            let got = choose_threshold(&probabilities, &labels);
            assert!((got - want).abs() < 1e-6, "{name}: got {got}, want {want}");
        }
    }

    #[test]
    fn neighbours_that_engines_could_swap_leave_no_room() {
        let threshold = choose_threshold(&[0.2, 0.5, 0.500_001, 0.8], &[false, false, true, true]);
        assert!((threshold - 0.5).abs() > 0.1, "got {threshold}");
    }
}
