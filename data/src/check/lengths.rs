//! Distribution of text lengths.

use std::collections::BTreeMap;

use serde::Serialize;

/// Summary of text lengths, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lengths {
    /// Minimum.
    pub min: u64,
    /// Mean.
    pub mean: f64,
    /// Median, by nearest rank.
    pub median: u64,
    /// 95th percentile, by nearest rank.
    pub p95: u64,
    /// Maximum.
    pub max: u64,
}

/// Number of texts of each length.
#[derive(Debug, Default)]
pub(super) struct LengthCounts(BTreeMap<u64, u64>);

impl LengthCounts {
    pub fn count(&mut self, text: &str) {
        *self.0.entry(text.chars().count() as u64).or_default() += 1;
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "characters of a source are far below 2^52"
    )]
    pub fn summary(&self) -> Option<Lengths> {
        let (min, _) = self.0.first_key_value()?;
        let (max, _) = self.0.last_key_value()?;
        let texts: u64 = self.0.values().sum();
        let characters: u64 = self.0.iter().map(|(length, count)| length * count).sum();

        Some(Lengths {
            min: *min,
            mean: characters as f64 / texts as f64,
            median: self.percentile(50, texts),
            p95: self.percentile(95, texts),
            max: *max,
        })
    }

    /// Returns a percentile by nearest rank.
    fn percentile(&self, percent: u64, texts: u64) -> u64 {
        let rank = (percent * texts).div_ceil(100);
        let mut counted = 0;
        self.0
            .iter()
            .find(|(_, count)| {
                counted += **count;
                counted >= rank
            })
            .map_or(0, |(length, _)| *length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_counts_characters_and_uses_nearest_ranks() {
        for (name, texts, want) in [
            ("one text", vec!["é€"], (2, 2.0, 2, 2, 2)),
            (
                "an even number",
                vec!["", "a", "aa", "aaaaa"],
                (0, 2.0, 1, 5, 5),
            ),
            ("an odd number", vec!["aaa", "a", "aa"], (1, 2.0, 2, 3, 3)),
        ] {
            let mut counts = LengthCounts::default();
            for text in texts {
                counts.count(text);
            }
            let got = counts.summary().unwrap();
            let got = (got.min, got.mean, got.median, got.p95, got.max);
            assert_eq!(got, want, "{name}");
        }
    }

    #[test]
    fn no_texts_have_no_lengths() {
        assert_eq!(LengthCounts::default().summary(), None);
    }
}
