//! Dependence of predictions on the case of letters outside ASCII.
//!
//! Words of [`TokenCharacters::Unicode`](relevance_pipeline::TokenCharacters::Unicode) keep the case of
//! these letters: no folding of theirs is the same in every runtime.

use relevance_pipeline::Prediction;
use serde::{Deserialize, Serialize};

/// Maximum number of texts that are compared with their lower case.
const MAX_TEXTS: usize = 500;

/// Texts with letters outside ASCII whose probability changes when they are written in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSensitivity {
    /// Number of compared texts: they have an upper-case letter outside ASCII.
    pub checked: usize,
    /// Number of texts whose probability changed.
    pub changed: usize,
}

impl CaseSensitivity {
    /// Compares the first texts that have an upper-case letter outside ASCII.
    pub(crate) fn measure(texts: &[&str], mut predict: impl FnMut(&str) -> Prediction) -> Self {
        let is_upper = |character: char| !character.is_ascii() && character.is_uppercase();
        let checked = texts
            .iter()
            .filter(|text| text.contains(is_upper))
            .take(MAX_TEXTS);

        let mut sensitivity = Self {
            checked: 0,
            changed: 0,
        };
        for text in checked {
            let before = predict(text).probability;
            let after = predict(&text.to_lowercase()).probability;
            sensitivity.checked += 1;
            sensitivity.changed += usize::from(before.to_bits() != after.to_bits());
        }
        sensitivity
    }

    /// Returns whether more than one text of twenty changes.
    #[must_use]
    pub const fn is_high(self) -> bool {
        self.changed * 20 > self.checked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_upper_case_outside_ascii_are_compared() {
        let predict = |text: &str| Prediction {
            probability: if text.contains('П') { 0.75 } else { 0.25 },
            relevant: false,
        };
        let texts = ["Пожар", "пожар", "FIRE", "Эвакуация"];

        let measured = CaseSensitivity::measure(&texts, predict);
        assert_eq!(
            measured,
            CaseSensitivity {
                checked: 2,
                changed: 1
            }
        );
        assert!(measured.is_high());
        assert!(!CaseSensitivity::measure(&["FIRE"], predict).is_high());
    }
}
