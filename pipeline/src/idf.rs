//! Inverse document frequency.

/// Returns the smoothed inverse document frequency `ln((1 + n) / (1 + df)) + 1`, as scikit-learn
/// defines it.
///
/// - `documents`: n, the number of training texts.
/// - `document_frequency`: df, the number of texts (not of occurrences) with the term, at most
///   `documents`.
///
/// The weight is 1 or more.
#[must_use]
pub fn smooth_idf(documents: u32, document_frequency: u32) -> f64 {
    debug_assert!(
        document_frequency <= documents,
        "a document frequency is at most the number of documents"
    );

    libm::log((1.0 + f64::from(documents)) / (1.0 + f64::from(document_frequency))) + 1.0
}

#[cfg(test)]
mod tests {
    use super::smooth_idf;

    #[test]
    fn smooth_idf_matches_weights_computed_by_hand() {
        for (name, documents, document_frequency, want) in [
            ("in every text", 4, 4, 1.0),
            ("in one of three", 3, 1, 1.693_147_180_559_945_3),
            ("in none of nine", 9, 0, 3.302_585_092_994_046),
        ] {
            let got = smooth_idf(documents, document_frequency);
            assert!((got - want).abs() < 1e-15, "{name}: got {got}, want {want}");
        }
    }
}
