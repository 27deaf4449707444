//! The names of the model's tensors.

/// The name of the model's one input.
pub(crate) const INPUT: &str = "text";
/// Strings of bytes, here UTF-8.
pub(crate) const BYTES: &str = "BYTES";
/// Floating point numbers of 32 bits.
pub(crate) const FP32: &str = "FP32";

/// One of the model's outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// How probable it is that a text is relevant.
    Probability,
    /// The name of its verdict.
    Label,
}

impl Output {
    /// All, in the order of the model's metadata.
    pub(crate) const ALL: [Self; 2] = [Self::Probability, Self::Label];
    /// All, as an error lists them.
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
