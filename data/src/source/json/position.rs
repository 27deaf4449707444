//! Line and column of a byte.

use memchr::memchr_iter;

/// Returns the line and the column behind the bytes, which begin at a line and column.
pub(super) fn position(bytes: &[u8], (line, column): (u64, usize)) -> (u64, usize) {
    let is_first = |byte: &&u8| **byte & 0xc0 != 0x80;
    let lines = memchr_iter(b'\n', bytes).count() as u64;
    let last = bytes.iter().rposition(|&byte| byte == b'\n');
    let characters = |bytes: &[u8]| bytes.iter().filter(is_first).count();

    match last {
        Some(last) => (line + lines, characters(&bytes[last + 1..])),
        None => (line, column + characters(bytes)),
    }
}
