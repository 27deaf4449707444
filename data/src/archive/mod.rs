//! The archive: a gzip tarball with one file, the base64 text of a SQLite database.
//!
//! Both ways stream, so memory stays small whatever the size. A file is written beside its target and
//! renamed when it is whole; what fails leaves nothing behind.

mod base64_text;
mod context;
mod database;
mod entries;
mod pack;
mod unpack;

pub use pack::pack;
pub use unpack::{Unpacked, unpack};

pub(crate) use unpack::unpack_reader;

/// What every gzip file begins with.
pub(crate) const GZIP_MAGIC: &[u8; 2] = &[0x1f, 0x8b];
