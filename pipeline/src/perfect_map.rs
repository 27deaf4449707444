//! A map that is built once and then only read: every key has one place, so that a look-up takes no branch.
//!
//! Hash and displace: keys fall into small buckets, and each bucket has a number, its pilot, with which the hashes of its
//! keys lead to places that no other key has ([Belazzougui, Botelho, Dietzfelbinger
//! 2009](https://doi.org/10.1007/978-3-642-04128-0_61)). A look-up reads the pilot, a byte, and one place, whose key it
//! compares.

/// What [`PerfectMap::get`] gives for a key that is not there.
pub const ABSENT: u32 = u32::MAX;

/// Keys of a bucket, on average.
const BUCKET: usize = 3;
/// Places for four keys: with fewer to spare a pilot would not fit a byte.
const PLACES_FOR_FOUR: usize = 5;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// A key of fixed size.
pub trait Key: Copy + Default + Eq + std::fmt::Debug {
    /// Sixty-four bits that depend on each bit of the key and of the seed.
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

/// Numbers below [`ABSENT`] by key.
#[derive(Clone, Debug)]
pub struct PerfectMap<K> {
    seed: u64,
    pilots: Box<[u8]>,
    places: Box<[Place<K>]>,
}

#[derive(Clone, Copy, Debug)]
struct Place<K> {
    key: K,
    value: u32,
}

impl<K: Key> PerfectMap<K> {
    /// Builds the map; keys must differ.
    ///
    /// # Panics
    /// When no seed of many leads to a map, as when a key stands there twice.
    pub fn new(entries: &[(K, u32)]) -> Self {
        let seeds = (1..=64).map(|attempt: u64| attempt.wrapping_mul(MULTIPLIER).rotate_left(17));
        seeds
            .map(|seed| Self::with_seed(entries, seed))
            .find_map(|map| map)
            .expect("keys that differ find their places")
    }

    fn with_seed(entries: &[(K, u32)], seed: u64) -> Option<Self> {
        let buckets = entries.len().div_ceil(BUCKET).max(1);
        let places = (entries.len() * PLACES_FOR_FOUR).div_ceil(4).max(1);
        let mut map = Self {
            seed,
            pilots: vec![0; buckets].into(),
            places: vec![
                Place {
                    key: K::default(),
                    value: ABSENT
                };
                places
            ]
            .into(),
        };
        let mut members: Vec<_> = entries
            .iter()
            .map(|&(key, value)| (key.hash(seed), key, value))
            .collect();
        let bucket = |&(hash, ..): &(u64, K, u32)| reduce(hash, buckets);
        members.sort_unstable_by_key(bucket);
        let mut members: Vec<_> = members
            .chunk_by(|left, right| bucket(left) == bucket(right))
            .collect();
        // The large ones while there is room.
        members.sort_by_key(|members| std::cmp::Reverse(members.len()));
        for members in members {
            map.pilots[bucket(&members[0])] = map.settle(members)?;
        }
        Some(map)
    }

    /// Puts the keys of a bucket where there is room for all, and gives the pilot that leads there.
    fn settle(&mut self, members: &[(u64, K, u32)]) -> Option<u8> {
        let mut taken: Vec<usize> = Vec::with_capacity(members.len());
        (0..=u8::MAX).find(|&pilot| {
            taken.clear();
            for &(hash, key, value) in members {
                let place = place(hash, pilot, self.places.len());
                if self.places[place].value != ABSENT {
                    for &place in &taken {
                        self.places[place].value = ABSENT;
                    }
                    return false;
                }
                self.places[place] = Place { key, value };
                taken.push(place);
            }
            true
        })
    }

    /// The number of a key, or [`ABSENT`].
    #[inline]
    pub fn get(&self, key: K) -> u32 {
        let hash = key.hash(self.seed);
        let pilot = self.pilots[reduce(hash, self.pilots.len())];
        let place = &self.places[place(hash, pilot, self.places.len())];
        if place.key == key {
            place.value
        } else {
            ABSENT
        }
    }
}

/// The two halves of a product, over each other.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the halves are what is wanted"
)]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    product as u64 ^ (product >> 64) as u64
}

#[inline]
fn place(hash: u64, pilot: u8, places: usize) -> usize {
    reduce(
        (hash ^ u64::from(pilot).wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER),
        places,
    )
}

/// A number below `limit` from the high bits of a hash, without a division.
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
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_map_has_no_key() {
        let map = PerfectMap::<u64>::new(&[]);
        assert_eq!([0, 1, u64::MAX].map(|key| map.get(key)), [ABSENT; 3]);
    }

    #[test]
    fn many_keys_in_a_row_find_their_places() {
        let entries: Vec<(u64, u32)> = (0..200_000)
            .map(|number| (u64::from(number) << 32 | 7, number))
            .collect();
        let map = PerfectMap::new(&entries);
        assert!(entries.iter().all(|&(key, value)| map.get(key) == value));
        assert!(entries.iter().all(|&(key, _)| map.get(key + 1) == ABSENT));
    }

    proptest! {
        #[test]
        fn a_map_knows_its_keys_and_no_others(
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
