//! First bytes of files, by which their kind is known.

/// First bytes of every gzip file.
pub(crate) const GZIP: &[u8; 2] = &[0x1f, 0x8b];
/// First bytes of every Parquet file.
pub(crate) const PARQUET: &[u8] = b"PAR1";
/// First bytes of every SQLite file.
pub(crate) const SQLITE: &[u8; 16] = b"SQLite format 3\0";
