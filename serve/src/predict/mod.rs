//! From texts to predictions, the same for every route and protocol.

pub(crate) mod admission;
pub(crate) mod capture;
pub(crate) mod classification;
mod classify;
pub(crate) mod request;
pub(crate) mod shadow;
pub(crate) mod validation;
