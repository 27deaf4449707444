//! Many strings in one allocation.

use std::ops::Index;

/// Strings stored one after the other in one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringArena {
    bytes: String,
    /// End offset of each string in `bytes`.
    ends: Vec<usize>,
}

impl StringArena {
    /// Appends a string.
    pub fn push(&mut self, string: &str) {
        self.bytes.push_str(string);
        self.ends.push(self.bytes.len());
    }

    /// Returns the number of strings.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is no string.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the strings in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|index| &self[index])
    }
}

impl Index<usize> for StringArena {
    type Output = str;

    #[inline]
    fn index(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };

        &self.bytes[start..self.ends[index]]
    }
}

impl<'s> FromIterator<&'s str> for StringArena {
    fn from_iter<I: IntoIterator<Item = &'s str>>(strings: I) -> Self {
        let mut arena = Self::default();
        for string in strings {
            arena.push(string);
        }
        arena
    }
}

#[cfg(test)]
mod tests {
    use super::StringArena;

    #[test]
    fn strings_are_returned_unchanged_and_in_order() {
        let want = ["", "fire", "", "flood in the café", ""];
        let arena: StringArena = want.into_iter().collect();
        assert_eq!(arena.iter().collect::<Vec<_>>(), want);
        assert_eq!((arena.len(), &arena[3]), (5, "flood in the café"));
        assert!(StringArena::default().is_empty());
    }
}
