//! Names and types of the model's tensors.

/// Name of the model's only input.
pub(crate) const INPUT: &str = "text";
/// Datatype of byte strings, here UTF-8.
pub(crate) const BYTES: &str = "BYTES";
/// Datatype of 32-bit floating-point numbers.
pub(crate) const FP32: &str = "FP32";
/// Datatype of 64-bit integers.
pub(crate) const INT64: &str = "INT64";

/// An output of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Probability that a text is relevant.
    Probability,
    /// Label of its prediction.
    Label,
    /// Number of different terms of a text that the model knows.
    KnownTerms,
}

impl Output {
    /// All outputs, in the order of the model's metadata.
    pub(crate) const ALL: [Self; 3] = [Self::Probability, Self::Label, Self::KnownTerms];
    /// The outputs of a request that names none.
    pub(crate) const DEFAULT: [Self; 2] = [Self::Probability, Self::Label];
    /// All outputs, as an error lists them.
    pub(crate) const LIST: &str = "`probability`, `label` and `known_terms`";

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::Label => "label",
            Self::KnownTerms => "known_terms",
        }
    }

    pub(crate) const fn datatype(self) -> &'static str {
        match self {
            Self::Probability => FP32,
            Self::Label => BYTES,
            Self::KnownTerms => INT64,
        }
    }
}
