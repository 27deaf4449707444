//! Drift: distances between the profiles of two sets of texts.

use serde::{Deserialize, Serialize};

use super::profile::Profile;

/// Jeffreys' prior (Jeffreys 1946), added to the count of each bin so that no fraction is 0.
const PRIOR: f64 = 0.5;

/// The distance between two histograms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distance {
    /// Population stability index, 0 for equal fractions.
    pub psi: f64,
    /// 95 % quantile of the index for two sets that are drawn from the same texts; high for small
    /// sets.
    pub by_chance: f64,
}

/// The distances between two profiles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Distance of the numbers of tokens.
    pub lengths: Distance,
    /// Distance of the fractions of unknown tokens.
    pub unknown_tokens: Distance,
    /// Distance of the model's probabilities.
    pub scores: Distance,
    /// Distance of the labels; none when one of the sets has no labels.
    pub labels: Option<Distance>,
}

impl Profile {
    /// Computes the distances of `other` from this profile.
    #[must_use]
    pub fn distance(&self, other: &Self) -> Drift {
        let is_labelled = |profile: &Self| profile.labels.iter().sum::<u64>() > 0;
        let are_labelled = is_labelled(self) && is_labelled(other);

        Drift {
            lengths: Distance::between(&self.lengths, &other.lengths),
            unknown_tokens: Distance::between(&self.unknown_tokens, &other.unknown_tokens),
            scores: Distance::between(&self.scores, &other.scores),
            labels: are_labelled.then(|| Distance::between(&self.labels, &other.labels)),
        }
    }
}

impl Drift {
    /// Customary limit above which a change is notable.
    pub const NOTICEABLE: f64 = 0.1;
    /// Customary limit above which a model should be trained again.
    pub const LARGE: f64 = 0.25;

    /// The distances with their names in the profile.
    pub fn distances(&self) -> impl Iterator<Item = (&'static str, Distance)> {
        let always = [
            ("lengths", self.lengths),
            ("unknown_tokens", self.unknown_tokens),
            ("scores", self.scores),
        ];
        always
            .into_iter()
            .chain(self.labels.map(|distance| ("labels", distance)))
    }

    /// The distances above `limit` and above their `by_chance`, with their names.
    #[must_use]
    pub fn beyond(&self, limit: f64) -> Vec<(&'static str, Distance)> {
        self.distances()
            .filter(|(_, distance)| distance.psi > limit.max(distance.by_chance))
            .collect()
    }
}

impl Distance {
    /// Computes the population stability index `sum (b - a) ln(b / a)` over the bins' fractions
    /// (Siddiqi, *Credit Risk Scorecards*, 2006), which is Jeffreys' divergence.
    ///
    /// - Bins that are empty in both histograms are left out.
    /// - A fraction is `(count + 1/2) / (texts + bins / 2)`, so that a bin that is empty in one
    ///   histogram gives a finite term.
    /// - By chance the index is about `(1 / texts + 1 / other texts)` times a chi-squared variable
    ///   with one degree of freedom less than there are bins (Yurdakul, *Statistical Properties of
    ///   Population Stability Index*, 2018).
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    fn between<const BINS: usize>(left: &[u64; BINS], right: &[u64; BINS]) -> Self {
        let pairs: Vec<[f64; 2]> = left
            .iter()
            .zip(right)
            .filter(|&(&left, &right)| left + right > 0)
            .map(|(&left, &right)| [left as f64 + PRIOR, right as f64 + PRIOR])
            .collect();

        if pairs.is_empty() {
            return Self {
                psi: 0.0,
                by_chance: 0.0,
            };
        }

        let [left, right] = [0, 1].map(|set| pairs.iter().map(|pair| pair[set]).sum::<f64>());
        let psi = pairs.iter().map(|pair| {
            let (left, right) = (pair[0] / left, pair[1] / right);
            (right - left) * libm::log(right / left)
        });

        let degrees_of_freedom = (pairs.len() - 1) as f64;
        Self {
            psi: psi.sum(),
            by_chance: (1.0 / left + 1.0 / right) * chi_squared_quantile(degrees_of_freedom),
        }
    }
}

/// Approximates the 95 % quantile of the chi-squared distribution (Wilson and Hilferty 1931); 0 for
/// no degree of freedom.
fn chi_squared_quantile(degrees_of_freedom: f64) -> f64 {
    /// 95 % quantile of the normal distribution.
    const NORMAL: f64 = 1.644_853_626_951_472_7;
    if degrees_of_freedom == 0.0 {
        return 0.0;
    }

    let variance = 2.0 / (9.0 * degrees_of_freedom);
    degrees_of_freedom * (1.0 - variance + NORMAL * variance.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn profile(lengths: &[u64], labels: [u64; 2]) -> Profile {
        let mut profile = Profile {
            texts: lengths.iter().sum(),
            labels,
            ..Profile::default()
        };
        profile.lengths[..lengths.len()].copy_from_slice(lengths);
        profile.unknown_tokens[0] = profile.texts;
        profile.scores[19] = profile.texts;
        profile
    }

    #[test]
    fn the_index_matches_a_value_computed_by_hand() {
        // Fractions after the prior: 100.5 / 401 and 300.5 / 401 against 200.5 / 401 twice.
        let got = Distance::between(&[100, 300], &[200, 200]).psi;
        let want =
            100.0 / 401.0 * (300.5_f64 / 200.5).ln() + 100.0 / 401.0 * (200.5_f64 / 100.5).ln();
        assert!((got - want).abs() < 1e-12, "got {got}, want {want}");
    }

    #[test]
    fn the_chance_level_follows_the_table_of_chi_squared() {
        for (freedom, want) in [(1.0, 3.841), (4.0, 9.488), (10.0, 18.307), (19.0, 30.144)] {
            let got = chi_squared_quantile(freedom);
            assert!(
                (got - want).abs() < 0.1,
                "{freedom}: got {got}, want {want}"
            );
        }
        assert_eq!(chi_squared_quantile(0.0).to_bits(), 0);
    }

    #[test]
    fn equal_profiles_are_at_no_distance_and_moved_ones_are_named() {
        let before = profile(&[0, 500, 300, 200], [600, 400]);
        let after = profile(&[0, 200, 300, 500], [600, 400]);

        assert!(
            before
                .distance(&before)
                .distances()
                .all(|(_, distance)| distance.psi == 0.0)
        );
        let drift = before.distance(&after);
        let beyond: Vec<_> = drift
            .beyond(Drift::LARGE)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(beyond, ["lengths"]);
        assert!(drift.beyond(1.0).is_empty(), "{drift:?}");
    }

    #[test]
    fn a_few_texts_are_not_drift_for_being_few() {
        let before = profile(&[0, 500, 300, 200], [600, 400]);
        let few = profile(&[0, 2, 1, 2], [3, 2]);
        let drift = before.distance(&few);
        assert!(drift.lengths.psi > Drift::NOTICEABLE, "{drift:?}");
        assert!(drift.beyond(Drift::NOTICEABLE).is_empty(), "{drift:?}");
    }

    #[test]
    fn texts_without_labels_have_no_distance_of_labels() {
        let drift = profile(&[5], [3, 2]).distance(&profile(&[5], [0, 0]));
        assert_eq!(drift.labels, None);
        assert_eq!(drift.distances().count(), 3);
    }

    #[test]
    fn an_empty_profile_has_finite_distances_and_no_drift() {
        let drift = profile(&[5, 5], [5, 5]).distance(&Profile::default());
        assert!(
            drift
                .distances()
                .all(|(_, distance)| distance.psi.is_finite() && distance.by_chance.is_finite())
        );
        assert!(drift.beyond(Drift::NOTICEABLE).is_empty(), "{drift:?}");
        let nothing = Profile::default().distance(&Profile::default());
        assert!(nothing.beyond(0.0).is_empty(), "{nothing:?}");
    }

    proptest! {
        #[test]
        fn the_index_is_symmetric_finite_and_not_negative(
            left in prop::array::uniform11(0_u64..1000),
            right in prop::array::uniform11(0_u64..1000),
        ) {
            let (there, back) = (Distance::between(&left, &right), Distance::between(&right, &left));
            prop_assert!(there.psi.is_finite() && there.psi >= 0.0);
            prop_assert!((there.psi - back.psi).abs() < 1e-9);
        }
    }
}
