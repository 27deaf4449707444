//! Keys of the split: a hash of the seed and the normalised text, by which rows are grouped and
//! ordered.

use sha2::{Digest, Sha256};

use crate::dataset::normalize::{Words, normalize_into};

/// First half of a SHA-256.
pub(super) type Key = [u64; 2];

/// Keys of texts; the memory is reused from text to text.
///
/// A split by text assigns rows in the order of their keys, and rows of one key together. A range of
/// keys is therefore a random sample that keeps texts of equal normalised text together.
pub struct SplitKeys {
    seed: u64,
    words: Words,
    normalized: Vec<u8>,
}

impl SplitKeys {
    /// Creates the keys of a split with this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            words: Words::default(),
            normalized: Vec::new(),
        }
    }

    /// Returns the key of a text: the first 16 bytes of SHA-256 over the seed (8 bytes,
    /// little-endian) and the normalised text.
    #[must_use]
    pub fn key(&mut self, text: &str) -> [u8; 16] {
        let [first, second] = self.halves(text).map(u64::to_be_bytes);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&first);
        bytes[8..].copy_from_slice(&second);
        bytes
    }

    /// Returns the key of a text as numbers of the same order.
    pub(super) fn halves(&mut self, text: &str) -> Key {
        normalize_into(text, &mut self.words, &mut self.normalized);
        key(self.seed, &[&self.normalized])
    }
}

/// Returns the key of the parts, one after the other.
pub(super) fn key(seed: u64, parts: &[&[u8]]) -> Key {
    let mut hasher = Sha256::new().chain_update(seed.to_le_bytes());
    for part in parts {
        hasher.update(part);
    }

    let digest: [u8; 32] = hasher.finalize().into();
    let (eights, _) = digest.as_chunks::<8>();
    [eights[0], eights[1]].map(u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_first_half_of_sha_256_over_seed_and_normalised_text() {
        let mut hashed = 42_u64.to_le_bytes().to_vec();
        hashed.extend(b"flood in town");
        let digest = Sha256::digest(hashed);

        let mut keys = SplitKeys::new(42);
        for text in ["flood in town", "@someone FLOOD in town! http://t.co/x"] {
            assert_eq!(keys.key(text), digest[..16], "{text}");
        }
        assert_ne!(keys.key("town in flood"), digest[..16]);
        assert_ne!(SplitKeys::new(43).key("flood in town"), digest[..16]);
    }
}
