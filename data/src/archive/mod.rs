//! The archive: a gzip tarball with one file, a SQLite database or its base64 text.
//!
//! Packing and unpacking stream, so they need little memory whatever the size. Files are replaced
//! atomically: a failure leaves nothing behind.

mod base64_text;
mod content;
mod context;
mod database;
mod entries;
mod pack;
mod unpack;

pub use pack::pack;
pub use unpack::{Unpacked, unpack};

pub(crate) use unpack::unpack_reader;
