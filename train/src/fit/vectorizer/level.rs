//! Frequent n-grams of one length, and their keys.

/// An n-gram: the identifier of its prefix, the n-gram without the last token (high half), and that
/// of its last token (low half).
///
/// Identifiers of n-grams are in the order of their keys, those of tokens in the order of their
/// bytes, and the space between tokens sorts before every token character: the order of the keys is
/// that of the terms.
pub type Key = u64;

/// Frequent n-grams of one length; an identifier is an index.
pub struct Level {
    /// Ascending.
    pub keys: Vec<Key>,
    /// Document frequencies: `[keys]`.
    pub frequencies: Vec<u32>,
}

/// Key of the n-gram of a prefix and a token.
pub fn key(prefix: u32, token: u32) -> Key {
    u64::from(prefix) << 32 | u64::from(token)
}

/// The two parts of a key.
#[expect(clippy::cast_possible_truncation, reason = "each half has 32 bits")]
pub const fn parts(key: Key) -> (u32, u32) {
    ((key >> 32) as u32, key as u32)
}
