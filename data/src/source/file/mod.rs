//! File of a source: on disk, in an object store or a copy of a stream; its content may be
//! compressed and, when it is text, in another encoding than UTF-8.

mod compression;
#[cfg(feature = "object-store")]
mod download;
mod encoding;
mod origin;
mod source_file;
mod stream;
mod text_reader;
mod unpack;
#[cfg(feature = "compression")]
mod zip_member;

pub(super) use encoding::check_encoding;
#[cfg(feature = "dataset")]
pub(super) use origin::{Origin, Streams};
pub use source_file::{OnDisk, SourceFile};
pub(super) use unpack::is_tar;
