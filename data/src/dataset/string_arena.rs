//! Many texts in one piece of memory.

use std::ops::Index;

/// Texts one after the other, without an allocation for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringArena {
    bytes: String,
    /// Where each text ends in `bytes`.
    ends: Vec<usize>,
}

impl StringArena {
    /// Adds a text at the end.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// How many texts there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The texts in their order.
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

impl<'t> FromIterator<&'t str> for StringArena {
    fn from_iter<T: IntoIterator<Item = &'t str>>(texts: T) -> Self {
        let mut collected = Self::default();
        for text in texts {
            collected.push(text);
        }
        collected
    }
}

#[cfg(test)]
mod tests {
    use super::StringArena;

    #[test]
    fn texts_come_back_as_they_were_put_in() {
        let want = ["", "fire", "", "flood in the café", ""];
        let texts: StringArena = want.into_iter().collect();
        assert_eq!(texts.iter().collect::<Vec<_>>(), want);
        assert_eq!((texts.len(), &texts[3]), (5, "flood in the café"));
        assert!(StringArena::default().is_empty());
    }
}
