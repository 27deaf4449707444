//! How far a figure could be off by chance: bootstrap intervals.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::evaluate::metrics::Metrics;
use crate::evaluate::per_metric::PerMetric;
use crate::evaluate::ranking::Ranking;

/// Resamples of a side of ordinary size.
const RESAMPLES: u64 = 1000;
/// Texts that are drawn at most, over all resamples; a large side has fewer of them, and needs fewer.
const MAX_DRAWN: u64 = 5_000_000;
const MIN_RESAMPLES: u64 = 100;

/// Where 95 % of the resampled figures lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// 2.5 % of the figures are lower.
    pub low: f64,
    /// 2.5 % of the figures are higher.
    pub high: f64,
}

/// The interval of each figure of [`Metrics`].
pub type Intervals = PerMetric<Interval>;

impl Intervals {
    /// Percentile bootstrap (Efron 1979) over the texts: `probabilities` and `labels` are `[texts]`, at least one.
    #[must_use]
    pub fn compute(probabilities: &[f32], labels: &[bool], threshold: f32, seed: u64) -> Self {
        let ranking = Ranking::new(probabilities, labels);
        let resamples = RESAMPLES
            .min(MAX_DRAWN / ranking.len().max(1) as u64)
            .max(MIN_RESAMPLES);
        // Each resample has a stream of random numbers of its own, so that the number of threads changes nothing.
        let resample = |weights: &mut Vec<u32>, stream| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(stream);
            draw(&mut random, weights);
            ranking
                .count_weighted(threshold, weights.iter().map(|&weight| u64::from(weight)))
                .into()
        };
        let figures: Vec<Metrics> = (0..resamples)
            .into_par_iter()
            .map_init(|| vec![0; ranking.len()], resample)
            .collect();
        Self::each(|figure| Interval::of(figures.iter().map(figure).collect()))
    }
}

/// Draws as many texts as there are, with replacement: how often each was drawn.
fn draw(random: &mut ChaCha8Rng, weights: &mut [u32]) {
    weights.fill(0);
    let texts = weights.len() as u64;
    for _ in 0..texts {
        // The high half of a product spreads 32 random bits over the texts, with a bias under texts / 2^32.
        let place = (u64::from(random.next_u32()) * texts) >> 32;
        weights[usize::try_from(place).expect("a place among texts in memory")] += 1;
    }
}

impl Interval {
    fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_unstable_by(f64::total_cmp);
        let tail = figures.len() / 40;
        Self {
            low: figures[tail],
            high: figures[figures.len() - 1 - tail],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of which every tenth is judged wrongly.
    fn texts(count: usize) -> (Vec<f32>, Vec<bool>) {
        let labels: Vec<bool> = (0..count).map(|index| index % 2 == 0).collect();
        let right = |index: usize, label: bool| label != index.is_multiple_of(10);
        let probability = |index, label| if right(index, label) { 0.75 } else { 0.25 };
        (
            labels
                .iter()
                .enumerate()
                .map(|(index, &label)| probability(index, label))
                .collect(),
            labels,
        )
    }

    #[test]
    fn intervals_hold_the_figure_and_have_the_width_of_its_standard_error() {
        let (probabilities, labels) = texts(1000);
        let metrics = Metrics::compute(&probabilities, &labels, 0.5);
        let Interval { low, high } = Intervals::compute(&probabilities, &labels, 0.5, 7).accuracy;
        assert!(
            low < metrics.accuracy && metrics.accuracy < high,
            "{low} {} {high}",
            metrics.accuracy
        );
        let standard_error = (metrics.accuracy * (1.0 - metrics.accuracy) / 1000.0).sqrt();
        let width = (high - low) / (2.0 * 1.96 * standard_error);
        assert!(
            (0.85..1.15).contains(&width),
            "{width} times the expected width"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_intervals() {
        let (probabilities, labels) = texts(100);
        let intervals = |seed| Intervals::compute(&probabilities, &labels, 0.5, seed);
        assert_eq!(intervals(1), intervals(1));
        assert_ne!(intervals(1), intervals(2));
    }
}
