//! gzip without compression, so that a mutation of an input stays a mutation of its content.

use flate2::Crc;

/// Header of a member: magic, method, and no name, time or system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// Maximum length of a stored block.
const MAX_BLOCK_BYTES: usize = 0xffff;

/// Returns the content as gzip.
pub(crate) fn stored_gzip(content: &[u8]) -> Vec<u8> {
    in_members(content, MAX_BLOCK_BYTES)
}

/// Returns the content as gzip, in members of so many bytes, at whose ends a decoder stops.
pub(crate) fn in_members(content: &[u8], length: usize) -> Vec<u8> {
    let mut file = Vec::new();
    for chunk in content.chunks(length.clamp(1, MAX_BLOCK_BYTES)) {
        push_member(&mut file, chunk);
    }
    if file.is_empty() {
        push_member(&mut file, content);
    }
    file
}

fn push_member(file: &mut Vec<u8>, content: &[u8]) {
    let length = u16::try_from(content.len()).expect("a member has at most one block");
    let mut checksum = Crc::new();
    checksum.update(content);

    file.extend(HEADER);
    file.push(1);
    file.extend(length.to_le_bytes());
    file.extend((!length).to_le_bytes());
    file.extend(content);
    file.extend(checksum.sum().to_le_bytes());
    file.extend(u32::from(length).to_le_bytes());
}
