//! The model: loading it, and swapping the active version.

pub(crate) mod active;
pub(crate) mod loaded;
pub(crate) mod reload;
