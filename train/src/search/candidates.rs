//! The settings that are tried.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use relevance_pipeline::TokenCharacters;

use crate::fit::class_weight::ClassWeight;
use crate::fit::settings::{Analyzer, FeatureTraining, SolverKind, SolverSettings};
use crate::settings::Settings;

/// Weights of the penalty, each of which every candidate is tried with; decreasing, so that each fit
/// starts near its optimum.
const ALPHAS: [f64; 6] = [10.0, 3.0, 1.0, 0.3, 0.1, 0.03];

const NGRAM_MAX: [usize; 3] = [1, 2, 3];
const MIN_DOCUMENT_FREQUENCY: [u32; 4] = [1, 2, 3, 5];
const MAX_FEATURES: [usize; 2] = [20_000, 100_000];

/// Shortest and longest character n-grams.
const CHAR_LENGTHS: [(usize, usize); 5] = [(1, 3), (2, 4), (2, 5), (2, 6), (3, 5)];
const CHAR_MIN_DOCUMENT_FREQUENCY: [u32; 3] = [2, 3, 5];
const CHAR_MAX_FEATURES: [usize; 2] = [50_000, 200_000];

/// Draws for each new candidate, after which all are taken to be known.
const MAX_DRAWS: usize = 100;

/// Settings of a trial, without the weight of the penalty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) features: FeatureTraining,
    pub(super) class_weight: ClassWeight,
}

impl Candidate {
    /// Returns `settings` with those of the candidate, and without a search.
    pub(super) fn apply(&self, settings: &Settings) -> Settings {
        let mut settings = Settings {
            search: None,
            features: self.features.clone(),
            ..settings.clone()
        };
        settings.solver.class_weight = self.class_weight;
        settings
    }
}

/// The settings that may be tried: those that the given ones leave at their default vary.
#[derive(Clone, Copy)]
pub(super) struct Space<'a> {
    pub(super) given: &'a Settings,
    /// Whether texts have letters outside ASCII.
    pub(super) has_unicode_letters: bool,
    /// Whether the metric allows weights that distort probabilities.
    pub(super) varies_class_weight: bool,
}

impl Space<'_> {
    /// The given settings, each analyzer with its defaults, and drawn settings: at most `count`,
    /// all different.
    pub(super) fn candidates(self, count: usize, seed: u64) -> Vec<Candidate> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let given = Candidate {
            features: self.given.features.clone(),
            class_weight: self.given.solver.class_weight,
        };
        let mut candidates = vec![given.clone()];
        let with_analyzer = |analyzer| Candidate {
            features: FeatureTraining {
                analyzer,
                ..given.features.clone()
            }
            .without_unused(),
            ..given.clone()
        };
        if given.features.analyzer == Analyzer::default() {
            candidates.extend([Analyzer::Char, Analyzer::Both].map(with_analyzer));
        }
        candidates.truncate(count);

        while candidates.len() < count {
            let mut draws = (0..MAX_DRAWS).map(|_| self.draw(&mut random));
            let Some(new) = draws.find(|drawn| !candidates.contains(drawn)) else {
                break;
            };
            candidates.push(new);
        }
        candidates
    }

    /// Weights of the penalty.
    pub(super) fn alphas(self) -> Vec<f64> {
        let alpha = self.given.solver.alpha;
        let is_default = alpha.to_bits() == SolverSettings::default().alpha.to_bits();
        if is_default {
            ALPHAS.to_vec()
        } else {
            vec![alpha]
        }
    }

    fn draw(self, random: &mut ChaCha8Rng) -> Candidate {
        let (given, default) = (&self.given.features, FeatureTraining::default());
        let token_characters: &[_] = if self.has_unicode_letters {
            &TokenCharacters::ALL
        } else {
            &[TokenCharacters::Ascii]
        };
        let class_weights: &[_] =
            if self.varies_class_weight && self.given.solver.kind == SolverKind::Sparse {
                &[ClassWeight::Equal, ClassWeight::Balanced]
            } else {
                &[ClassWeight::Equal]
            };

        // Every setting is drawn, also one that is kept, so that the others do not depend on it.
        let mut choose = Choice { random };
        let lengths = (given.char_ngram_min, given.char_ngram_max);
        let default_lengths = (default.char_ngram_min, default.char_ngram_max);
        let (char_ngram_min, char_ngram_max) =
            choose.unless_given(lengths, default_lengths, &CHAR_LENGTHS);
        let features = FeatureTraining {
            analyzer: choose.unless_given(given.analyzer, default.analyzer, &Analyzer::ALL),
            token_characters: choose.unless_given(
                given.token_characters,
                default.token_characters,
                token_characters,
            ),
            ngram_max: choose.unless_given(given.ngram_max, default.ngram_max, &NGRAM_MAX),
            min_document_frequency: choose.unless_given(
                given.min_document_frequency,
                default.min_document_frequency,
                &MIN_DOCUMENT_FREQUENCY,
            ),
            max_features: choose.unless_given(
                given.max_features,
                default.max_features,
                &MAX_FEATURES,
            ),
            char_ngram_min,
            char_ngram_max,
            char_min_document_frequency: choose.unless_given(
                given.char_min_document_frequency,
                default.char_min_document_frequency,
                &CHAR_MIN_DOCUMENT_FREQUENCY,
            ),
            char_max_features: choose.unless_given(
                given.char_max_features,
                default.char_max_features,
                &CHAR_MAX_FEATURES,
            ),
        };
        Candidate {
            features: features.without_unused(),
            class_weight: choose.unless_given(
                self.given.solver.class_weight,
                ClassWeight::default(),
                class_weights,
            ),
        }
    }
}

/// Draws the value of a setting.
struct Choice<'r> {
    random: &'r mut ChaCha8Rng,
}

impl Choice<'_> {
    /// One of `choices`, or the given value when it is not the default.
    fn unless_given<T: Copy + PartialEq>(&mut self, given: T, default: T, choices: &[T]) -> T {
        let drawn = self.random.next_u64() % choices.len() as u64;
        let drawn = usize::try_from(drawn).expect("an index of a choice");
        if given == default {
            choices[drawn]
        } else {
            given
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(given: &Settings) -> Space<'_> {
        Space {
            given,
            has_unicode_letters: true,
            varies_class_weight: true,
        }
    }

    #[test]
    fn candidates_are_valid_different_and_the_same_for_a_seed() {
        let given = Settings::default();
        let candidates = space(&given).candidates(200, 7);

        assert_eq!(candidates.len(), 200);
        assert_eq!(candidates[0].features, given.features);
        assert_eq!(candidates, space(&given).candidates(200, 7));
        assert_ne!(candidates, space(&given).candidates(200, 8));
        for (index, candidate) in candidates.iter().enumerate() {
            assert!(!candidates[..index].contains(candidate), "{candidate:?}");
            let settings = Settings {
                features: candidate.features.clone(),
                ..Settings::default()
            };
            settings.validate().unwrap();
        }
        for analyzer in Analyzer::ALL {
            assert!(
                candidates[..3]
                    .iter()
                    .any(|candidate| candidate.features.analyzer == analyzer)
            );
        }
    }

    #[test]
    fn given_settings_are_kept() {
        let mut given = Settings::default();
        given.features.analyzer = Analyzer::Char;
        given.features.char_max_features = 1234;
        given.solver.alpha = 0.5;
        given.solver.class_weight = ClassWeight::Balanced;
        let space = space(&given);

        assert_eq!(space.alphas(), [0.5]);
        let candidates = space.candidates(1000, 7);
        assert_eq!(
            candidates.len(),
            CHAR_LENGTHS.len() * CHAR_MIN_DOCUMENT_FREQUENCY.len(),
            "every combination of the others"
        );
        for candidate in candidates {
            assert_eq!(candidate.features.analyzer, Analyzer::Char);
            assert_eq!(candidate.features.char_max_features, 1234);
            assert_eq!(candidate.class_weight, ClassWeight::Balanced);
        }
    }

    #[test]
    fn ascii_texts_and_probabilities_restrict_the_candidates() {
        let given = Settings::default();
        let space = Space {
            has_unicode_letters: false,
            varies_class_weight: false,
            ..space(&given)
        };
        for candidate in space.candidates(200, 7) {
            assert_eq!(candidate.features.token_characters, TokenCharacters::Ascii);
            assert_eq!(candidate.class_weight, ClassWeight::Equal);
        }
    }
}
