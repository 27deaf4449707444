//! Immutable map with perfect hashing: every key has one slot, so that a look-up needs no probing.
//!
//! The method is hash and displace ([Belazzougui, Botelho, Dietzfelbinger
//! 2009](https://doi.org/10.1007/978-3-642-04128-0_61)). Keys fall into small buckets. Each bucket
//! has a *pilot*, a byte that is mixed into the hashes of its keys so that they lead to slots that
//! no other key has. A look-up reads the pilot and one slot, and compares the slot's key.

use std::cmp::Reverse;

/// Result of [`PerfectMap::get`] for an unknown key.
pub(crate) const ABSENT: u32 = u32::MAX;

/// Mean number of keys in a bucket.
const BUCKET_KEYS: usize = 3;
/// Slots per four keys; with fewer, a pilot would not always fit a byte.
const SLOTS_PER_FOUR_KEYS: usize = 5;
/// Odd number near 2^64 divided by the golden ratio, which spreads bits in a multiplication.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Key of fixed size.
pub(crate) trait Key: Copy + Default + Eq + std::fmt::Debug {
    /// Returns a hash that depends on each bit of the key and of the seed.
    fn hash(self, seed: u64) -> u64;
}

impl Key for u64 {
    #[inline]
    fn hash(self, seed: u64) -> u64 {
        fold(self ^ seed, MULTIPLIER)
    }
}

impl Key for [u64; 2] {
    #[inline]
    fn hash(self, seed: u64) -> u64 {
        fold(self[0] ^ seed, self[1] ^ MULTIPLIER)
    }
}

/// Map from keys to numbers below [`ABSENT`].
#[derive(Clone, Debug)]
pub(crate) struct PerfectMap<K> {
    seed: u64,
    pilots: Box<[u8]>,
    slots: Box<[Slot<K>]>,
}

#[derive(Clone, Copy, Debug)]
struct Slot<K> {
    key: K,
    value: u32,
}

/// Hash, key and value of an entry.
type Member<K> = (u64, K, u32);

impl<K: Key> PerfectMap<K> {
    /// Builds the map; keys must differ.
    ///
    /// # Panics
    /// When none of 64 seeds leads to a map, as happens when a key is repeated.
    pub(crate) fn new(entries: &[(K, u32)]) -> Self {
        let mut seeds =
            (1..=64).map(|attempt: u64| attempt.wrapping_mul(MULTIPLIER).rotate_left(17));

        seeds
            .find_map(|seed| Self::with_seed(entries, seed))
            .expect("different keys find slots with one of the seeds")
    }

    fn with_seed(entries: &[(K, u32)], seed: u64) -> Option<Self> {
        let buckets = entries.len().div_ceil(BUCKET_KEYS).max(1);
        let slots = (entries.len() * SLOTS_PER_FOUR_KEYS).div_ceil(4).max(1);
        let empty = Slot {
            key: K::default(),
            value: ABSENT,
        };
        let mut map = Self {
            seed,
            pilots: vec![0; buckets].into(),
            slots: vec![empty; slots].into(),
        };

        let (members, starts) = Self::by_bucket(entries, seed, buckets);
        let mut order: Vec<usize> = (0..buckets).collect();
        // Large buckets first, while most slots are free.
        order.sort_by_key(|&bucket| Reverse(starts[bucket + 1] - starts[bucket]));
        for bucket in order {
            let members = &members[starts[bucket]..starts[bucket + 1]];
            map.pilots[bucket] = map.insert_bucket(members)?;
        }

        Some(map)
    }

    /// Returns the entries with their hashes in the order of their buckets, and where each bucket
    /// starts: `[buckets + 1]`.
    fn by_bucket(entries: &[(K, u32)], seed: u64, buckets: usize) -> (Vec<Member<K>>, Vec<usize>) {
        let hashes: Vec<u64> = entries.iter().map(|(key, _)| key.hash(seed)).collect();
        let mut starts = vec![0; buckets + 1];
        for &hash in &hashes {
            starts[reduce(hash, buckets) + 1] += 1;
        }
        for bucket in 0..buckets {
            starts[bucket + 1] += starts[bucket];
        }

        let mut next = starts.clone();
        let mut members = vec![(0, K::default(), ABSENT); entries.len()];
        for (&hash, &(key, value)) in hashes.iter().zip(entries) {
            let index = &mut next[reduce(hash, buckets)];
            members[*index] = (hash, key, value);
            *index += 1;
        }
        (members, starts)
    }

    /// Inserts the keys of a bucket and returns the first pilot with which all of their slots are
    /// free.
    fn insert_bucket(&mut self, members: &[Member<K>]) -> Option<u8> {
        let mut taken: Vec<usize> = Vec::with_capacity(members.len());

        (0..=u8::MAX).find(|&pilot| {
            taken.clear();
            for &(hash, key, value) in members {
                let index = slot_index(hash, pilot, self.slots.len());
                if self.slots[index].value != ABSENT {
                    for &index in &taken {
                        self.slots[index].value = ABSENT;
                    }
                    return false;
                }

                self.slots[index] = Slot { key, value };
                taken.push(index);
            }
            true
        })
    }

    /// Returns the number of a key, or [`ABSENT`].
    #[inline]
    pub(crate) fn get(&self, key: K) -> u32 {
        let hash = key.hash(self.seed);
        let pilot = self.pilots[reduce(hash, self.pilots.len())];
        let slot = &self.slots[slot_index(hash, pilot, self.slots.len())];

        if slot.key == key { slot.value } else { ABSENT }
    }
}

/// Returns the exclusive or of the two halves of a 128-bit product.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "both halves of the product are used"
)]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);

    product as u64 ^ (product >> 64) as u64
}

#[inline]
fn slot_index(hash: u64, pilot: u8, slots: usize) -> usize {
    reduce(
        (hash ^ u64::from(pilot).wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER),
        slots,
    )
}

/// Maps a hash to a number below `limit` by its high bits, without a division.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the number is below the limit"
)]
fn reduce(hash: u64, limit: usize) -> usize {
    ((u128::from(hash) * limit as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_map_has_no_key() {
        let map = PerfectMap::<u64>::new(&[]);
        assert_eq!([0, 1, u64::MAX].map(|key| map.get(key)), [ABSENT; 3]);
    }

    #[test]
    fn many_consecutive_keys_are_found() {
        let entries: Vec<(u64, u32)> = (0..200_000)
            .map(|number| (u64::from(number) << 32 | 7, number))
            .collect();
        let map = PerfectMap::new(&entries);

        assert!(entries.iter().all(|&(key, value)| map.get(key) == value));
        assert!(entries.iter().all(|&(key, _)| map.get(key + 1) == ABSENT));
    }

    proptest! {
        #[test]
        fn a_map_has_its_keys_and_no_others(
            keys in prop::collection::hash_set(any::<[u64; 2]>(), 0..300),
            others in prop::collection::vec(any::<[u64; 2]>(), 0..50),
        ) {
            let entries: Vec<_> = keys.iter().copied().zip(0..).collect();
            let map = PerfectMap::new(&entries);

            for &(key, value) in &entries {
                prop_assert_eq!(map.get(key), value);
            }
            for key in others.into_iter().filter(|key| !keys.contains(key)) {
                prop_assert_eq!(map.get(key), ABSENT);
            }
        }
    }
}
