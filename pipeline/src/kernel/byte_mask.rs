//! Masks of 64 bytes, one bit per byte.

/// Bytes of a block, each with a bit in its mask.
pub const BLOCK_BYTES: usize = 64;

/// Returns one bit per byte, the lowest for the first: whether the byte `is` of a class.
#[inline]
pub fn byte_mask(block: &[u8; BLOCK_BYTES], is: impl Fn(u8) -> bool) -> u64 {
    let ones = block.map(|byte| u8::from(is(byte)));

    // The multiplication gathers the lowest bit of each of eight bytes in the product's highest
    // byte.
    let bits =
        |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    let (eights, _) = ones.as_chunks::<8>();
    eights
        .iter()
        .rev()
        .fold(0, |mask, eight| mask << 8 | bits(eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_is_that_of_its_byte() {
        for index in 0..BLOCK_BYTES {
            let mut block = [b'.'; BLOCK_BYTES];
            block[index] = b'a';
            assert_eq!(byte_mask(&block, |byte| byte == b'a'), 1 << index);
            assert_eq!(byte_mask(&block, |byte| byte == b'.'), !(1 << index));
        }
    }
}
