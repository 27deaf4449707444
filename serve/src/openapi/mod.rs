//! The service's OpenAPI specification.

mod enumerations;
mod headers;
pub(crate) mod operation;
mod operations;
pub(crate) mod security;
pub(crate) mod specification;
