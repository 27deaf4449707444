//! Bootstrap intervals of the metrics.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::metrics::Metrics;
use super::per_metric::PerMetric;
use super::ranking::Ranking;

/// Number of texts of each label from which metrics are reliable; with fewer their intervals decide.
pub const ENOUGH_TEXTS: usize = 30;
/// Resamples of a subset of ordinary size.
const RESAMPLES: u64 = 1000;
/// Most texts that are drawn over all resamples, so that a large subset gets fewer resamples.
const MAX_DRAWN: u64 = 5_000_000;
/// Fewest resamples.
const MIN_RESAMPLES: u64 = 100;

/// Range of the middle 95 % of the resampled values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// 2.5 % quantile.
    pub low: f64,
    /// 97.5 % quantile.
    pub high: f64,
}

/// Interval of each metric.
pub type Intervals = PerMetric<Interval>;

/// Returns whether one of the labels has too few texts for reliable metrics.
pub(crate) const fn are_few(relevant: usize, not_relevant: usize) -> bool {
    relevant < ENOUGH_TEXTS || not_relevant < ENOUGH_TEXTS
}

/// Number of resamples of so many texts.
fn resamples(texts: usize) -> u64 {
    RESAMPLES
        .min(MAX_DRAWN / texts.max(1) as u64)
        .max(MIN_RESAMPLES)
}

impl Intervals {
    /// Computes percentile bootstrap intervals (Efron 1979) of `probabilities` and `labels`,
    /// `[texts]`, at least one.
    #[must_use]
    pub fn compute(probabilities: &[f32], labels: &[bool], threshold: f32, seed: u64) -> Self {
        let ranking = Ranking::new(probabilities, labels);

        // Each resample has its own stream of random numbers, so that the result does not depend on
        // the number of threads.
        let resample = |weights: &mut Vec<u32>, stream| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(stream);
            draw(&mut random, weights);
            ranking
                .evaluate_weighted(threshold, weights.iter().map(|&weight| u64::from(weight)))
                .into()
        };

        let metrics: Vec<Metrics> = (0..resamples(ranking.len()))
            .into_par_iter()
            .map_init(|| vec![0; ranking.len()], resample)
            .collect();

        Self::from_each(|metric| Interval::from_values(metrics.iter().map(metric).collect()))
    }

    /// Computes the intervals of the metrics of `second` minus those of `first` on the same texts,
    /// `[labels]` each, which are drawn together.
    pub(crate) fn of_differences(
        first: Scores,
        second: Scores,
        labels: &[bool],
        seed: u64,
    ) -> Self {
        let resample = |weights: &mut Vec<u32>, stream| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(stream);
            draw(&mut random, weights);

            let drawn = weights.iter().enumerate();
            let copies = |(index, &weight): (usize, &u32)| (0..weight).map(move |_| index);
            let indexes: Vec<usize> = drawn.flat_map(copies).collect();
            [first, second].map(|scores| scores.measure(labels, &indexes))
        };
        let metrics: Vec<[Metrics; 2]> = (0..resamples(labels.len()))
            .into_par_iter()
            .map_init(|| vec![0; labels.len()], resample)
            .collect();

        Self::from_each(|metric| {
            let differences = metrics
                .iter()
                .map(|[first, second]| metric(second) - metric(first));
            Interval::from_values(differences.collect())
        })
    }
}

/// A model's probabilities for texts, and its threshold.
#[derive(Clone, Copy)]
pub(crate) struct Scores<'a> {
    pub(crate) probabilities: &'a [f32],
    pub(crate) threshold: f32,
}

impl Scores<'_> {
    /// Computes the metrics on the texts with these indexes.
    fn measure(self, labels: &[bool], indexes: &[usize]) -> Metrics {
        let probabilities: Vec<f32> = indexes.iter().map(|&it| self.probabilities[it]).collect();
        let labels: Vec<bool> = indexes.iter().map(|&it| labels[it]).collect();
        Metrics::compute(&probabilities, &labels, self.threshold)
    }
}

/// Draws as many texts as there are, with replacement; a weight is the number of times that a text
/// was drawn.
fn draw(random: &mut ChaCha8Rng, weights: &mut [u32]) {
    weights.fill(0);
    let texts = weights.len() as u64;
    for _ in 0..texts {
        // Multiplication maps 32 random bits to an index (Lemire 2019), with a bias under texts /
        // 2^32.
        let index = (u64::from(random.next_u32()) * texts) >> 32;
        weights[usize::try_from(index).expect("an index of texts in memory")] += 1;
    }
}

impl Interval {
    fn from_values(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let tail = values.len() / 40;
        Self {
            low: values[tail],
            high: values[values.len() - 1 - tail],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of which every tenth is predicted wrongly.
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
    fn intervals_contain_the_metric_and_have_the_width_of_its_standard_error() {
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
    fn differences_of_equal_models_are_zero_and_of_a_worse_one_negative() {
        let (probabilities, labels) = texts(200);
        let reversed: Vec<f32> = probabilities.iter().map(|it| 1.0 - it).collect();
        let scores = |probabilities| Scores {
            probabilities,
            threshold: 0.5,
        };
        let intervals =
            |first, second| Intervals::of_differences(scores(first), scores(second), &labels, 3).f1;

        let equal = intervals(&probabilities, &probabilities);
        assert_eq!((equal.low, equal.high), (0.0, 0.0));
        assert!(intervals(&probabilities, &reversed).high < -0.5);
        assert!(intervals(&reversed, &probabilities).low > 0.5);
    }

    #[test]
    fn the_same_seed_gives_the_same_intervals() {
        let (probabilities, labels) = texts(100);
        let intervals = |seed| Intervals::compute(&probabilities, &labels, 0.5, seed);
        assert_eq!(intervals(1), intervals(1));
        assert_ne!(intervals(1), intervals(2));
    }
}
