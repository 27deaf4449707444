//! Names and types of the model's tensors.

/// Name of the model's only input.
pub(crate) const INPUT: &str = "text";
/// Datatype of byte strings, here UTF-8.
pub(crate) const BYTES: &str = "BYTES";
/// Datatype of 32-bit floating-point numbers.
pub(crate) const FP32: &str = "FP32";

/// An output of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Probability that a text is relevant.
    Probability,
    /// Label of its prediction.
    Label,
}

impl Output {
    /// All outputs, in the order of the model's metadata.
    pub(crate) const ALL: [Self; 2] = [Self::Probability, Self::Label];
    /// All outputs, as an error lists them.
    pub(crate) const LIST: &str = "`probability` and `label`";

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::Label => "label",
        }
    }

    pub(crate) const fn datatype(self) -> &'static str {
        match self {
            Self::Probability => FP32,
            Self::Label => BYTES,
        }
    }
}
