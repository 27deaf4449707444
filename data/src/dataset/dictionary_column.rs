//! Dictionary-encoded column: each distinct value is stored once.

use rustc_hash::FxHashMap;

/// Values of a column, one code per row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DictionaryColumn {
    /// Distinct values, in the order of their first row.
    values: Vec<String>,
    /// Index in `values` of each row's value.
    codes: Vec<u32>,
    known: FxHashMap<String, u32>,
}

impl DictionaryColumn {
    /// Appends the value of the next row.
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

    /// Returns a row's value, which is empty when the source has none.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn value(&self, row: u32) -> &str {
        &self.values[self.code(row) as usize]
    }

    /// Returns the code of a row's value; rows of equal value have equal codes.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn code(&self, row: u32) -> u32 {
        self.codes[row as usize]
    }

    /// Returns the distinct values, in the order of their codes.
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
        assert_eq!([0, 1, 2, 3].map(|row| column.code(row)), [0, 1, 2, 0]);
        assert_eq!((column.value(1), column.value(3)), ("", "fire"));
    }
}
