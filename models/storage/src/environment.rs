//! Variables of the environment as text.

/// Returns the variables of the environment, without those that are not UTF-8.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
