//! Archives: gzip, tar, base64 and the database in them.

use relevance_data::SourceSettings;
use tar::{Builder, Header};

use crate::reading::check_table;
use crate::stored_gzip::stored_gzip;
use crate::{scratch, split_settings};

/// Length of a header and of the blocks that content fills.
const BLOCK_BYTES: usize = 512;
/// Span of a header's checksum, and of the size of its content.
const CHECKSUM: std::ops::Range<usize> = 148..156;
const SIZE: std::ops::Range<usize> = 124..136;
/// Limit of the database, which an input can reach.
const MAX_UNPACKED_BYTES: u64 = 1 << 16;

/// Checks that an archive is read the same way twice.
///
/// The first byte chooses the layer that the input is: the file, the tarball in it, the tarball with
/// its checksums mended, or the content of its only entry.
///
/// # Panics
/// When a reading differs.
pub fn check(input: &[u8]) {
    let ([setting], content) = split_settings(input);
    let file = match setting & 3 {
        0 => content.to_vec(),
        1 => stored_gzip(content),
        2 => stored_gzip(&with_checksums(content)),
        _ => stored_gzip(&with_entry(content)),
    };

    let settings = SourceSettings {
        max_unpacked_bytes: MAX_UNPACKED_BYTES,
        ..SourceSettings::default()
    };
    check_table(&scratch::write("archive.tar.gz", &file), &settings);
}

/// Returns the tarball with the right checksum in each header.
fn with_checksums(tarball: &[u8]) -> Vec<u8> {
    let mut tarball = tarball.to_vec();
    let mut start = 0;
    while let Some(header) = tarball.get_mut(start..start + BLOCK_BYTES) {
        header[CHECKSUM].fill(b' ');
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());

        let size = String::from_utf8_lossy(&header[SIZE]).into_owned();
        let size = size.trim_matches(['\0', ' ']);
        let content = usize::from_str_radix(size, 8).unwrap_or_default();
        let blocks = content.div_ceil(BLOCK_BYTES).min(tarball.len());
        start += BLOCK_BYTES * (1 + blocks);
    }
    tarball
}

/// Returns a tarball with one file.
fn with_entry(content: &[u8]) -> Vec<u8> {
    let mut tarball = Builder::new(Vec::new());
    let mut header = Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    tarball
        .append_data(&mut header, "db.sqlite.base64", content)
        .expect("writing to memory cannot fail");
    tarball.into_inner().expect("writing to memory cannot fail")
}
