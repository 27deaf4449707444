//! Where a text stands in a request.

use std::fmt;

/// Where a text stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextLocation {
    /// The field `text`.
    Single,
    /// An element of the field `texts`, from 0.
    Batch(usize),
    /// An element of the inference protocol's input `text`, from 0.
    Element(usize),
}

impl fmt::Display for TextLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single => formatter.write_str("`text`"),
            Self::Batch(index) => write!(formatter, "`texts[{index}]`"),
            Self::Element(index) => write!(formatter, "element {index} of input `text`"),
        }
    }
}
