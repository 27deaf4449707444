//! Numbers of flags, with errors that name the accepted ones.

use std::fmt::Display;
use std::str::FromStr;

/// Parses a whole number from 0.
pub fn whole_number<N: Whole>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("expected a whole number from 0 to {}", N::MAX))
}

/// Parses a whole number from 1.
pub fn at_least_one<N: Whole>(text: &str) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| *number != N::ZERO);
    number.ok_or_else(|| format!("expected a whole number from 1 to {}", N::MAX))
}

/// Parses a number.
#[cfg(feature = "train")]
pub fn number(text: &str) -> Result<f64, String> {
    text.parse()
        .map_err(|_| "expected a number, as `0.5`".to_owned())
}

/// A type of whole numbers from 0.
pub trait Whole: FromStr + Display + PartialEq {
    /// 0.
    const ZERO: Self;
    /// The largest number.
    const MAX: Self;
}

impl Whole for u32 {
    const ZERO: Self = 0;
    const MAX: Self = Self::MAX;
}

impl Whole for u64 {
    const ZERO: Self = 0;
    const MAX: Self = Self::MAX;
}

impl Whole for usize {
    const ZERO: Self = 0;
    const MAX: Self = Self::MAX;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_accepted_numbers() {
        assert_eq!(whole_number::<u32>("0"), Ok(0));
        assert_eq!(at_least_one::<u32>("1"), Ok(1));

        for text in ["-1", "x", "", "1.5", "4294967296"] {
            let error = whole_number::<u32>(text).unwrap_err();
            assert_eq!(error, "expected a whole number from 0 to 4294967295");
            assert!(at_least_one::<u32>(text).is_err(), "{text}");
        }
        let error = at_least_one::<u32>("0").unwrap_err();
        assert_eq!(error, "expected a whole number from 1 to 4294967295");
    }
}
