//! Location of a text in a request.

use std::fmt;

/// Location of a text in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextLocation {
    /// The field `text`.
    Single,
    /// An element of the field `texts`, by its index.
    Batch(usize),
    /// An element of the field `instances`, by its index.
    Instance(usize),
    /// An element of the inference protocol's input `text`, by its index.
    Element(usize),
}

impl fmt::Display for TextLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single => formatter.write_str("`text`"),
            Self::Batch(index) => write!(formatter, "`texts[{index}]`"),
            Self::Instance(index) => write!(formatter, "`instances[{index}]`"),
            Self::Element(index) => write!(formatter, "element {index} of input `text`"),
        }
    }
}
