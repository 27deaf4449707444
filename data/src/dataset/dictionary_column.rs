//! A further column of the rows, each distinct value held once.

use rustc_hash::FxHashMap;

/// The values of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DictionaryColumn {
    /// The distinct values, in the order in which they were first seen.
    values: Vec<String>,
    /// The place in `values` of each row's value.
    codes: Vec<u32>,
    known: FxHashMap<String, u32>,
}

impl DictionaryColumn {
    /// Adds the value of the next row.
    ///
    /// # Panics
    /// When there are more than `u32::MAX` distinct values.
    pub fn push(&mut self, value: &str) {
        let code = self.known.get(value).copied().unwrap_or_else(|| {
            let code = u32::try_from(self.values.len()).expect("there are fewer than 2^32 rows");
            self.values.push(value.to_owned());
            self.known.insert(value.to_owned(), code);
            code
        });
        self.codes.push(code);
    }

    /// The value of the row at a place; empty when the source has none.
    ///
    /// # Panics
    /// When there is no such place.
    #[must_use]
    pub fn value(&self, place: u32) -> &str {
        &self.values[self.code(place) as usize]
    }

    /// A number that the rows of the same value share.
    ///
    /// # Panics
    /// When there is no such place.
    #[must_use]
    pub fn code(&self, place: u32) -> u32 {
        self.codes[place as usize]
    }

    /// The distinct values, in the order of their codes.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::DictionaryColumn;

    #[test]
    fn equal_values_share_a_code() {
        let mut column = DictionaryColumn::default();
        for value in ["fire", "", "flood", "fire"] {
            column.push(value);
        }
        assert_eq!(column.values(), ["fire", "", "flood"]);
        assert_eq!([0, 1, 2, 3].map(|place| column.code(place)), [0, 1, 2, 0]);
        assert_eq!((column.value(1), column.value(3)), ("", "fire"));
    }
}
