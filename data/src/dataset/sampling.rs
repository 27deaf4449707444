//! Evenly spaced sampling.

/// Returns every item, or every second, third, … one, so that there are at most `at_most`.
///
/// # Panics
/// When `at_most` is 0.
pub fn sample<T>(items: &[T], at_most: usize) -> impl Iterator<Item = &T> {
    items.iter().step_by(items.len().div_ceil(at_most).max(1))
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn sample_is_evenly_spaced_and_no_longer_than_the_limit() {
        let items: Vec<u32> = (0..10).collect();
        for (at_most, want) in [
            (20, items.clone()),
            (10, items.clone()),
            (9, vec![0, 2, 4, 6, 8]),
            (1, vec![0]),
        ] {
            assert_eq!(
                sample(&items, at_most).copied().collect::<Vec<_>>(),
                want,
                "{at_most}"
            );
        }

        assert_eq!(sample::<u32>(&[], 5).count(), 0);
    }
}
