//! Probabilities with six decimals: the digits of `{:.6}` in a fraction of its time.

use std::io::{self, Write as _};

/// The number of millionths in 1.
const MILLION: u32 = 1_000_000;

/// Writes `probability` with six decimals.
pub fn write(encoded: &mut Vec<u8>, probability: f32) -> io::Result<()> {
    if !(0.0..=1.0).contains(&probability) || probability.is_sign_negative() {
        return write!(encoded, "{probability:.6}");
    }

    // Exact, since 24 bits times the 14 that a million has without its twos fit into 53.
    let millionths = (f64::from(probability) * f64::from(MILLION)).round_ties_even();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is whole, and 0 to a million"
    )]
    let mut rest = millionths as u32;

    let mut digits = *b"0.000000";
    if rest == MILLION {
        digits[0] = b'1';
        rest = 0;
    }

    for digit in digits[2..].iter_mut().rev() {
        *digit += u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
    encoded.extend_from_slice(&digits);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        let sample = (0..=1.0_f32.to_bits()).step_by(10_007).map(f32::from_bits);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let halves = (0..=2000_u32).flat_map(|part| [part as f32 / 2e6, 1.0 - part as f32 / 2e6]);
        // The only ties: an odd number of 128ths has a 5 as its seventh digit, which is the last.
        let ties = (0..=128_u8).map(|part| f32::from(part) / 128.0);
        for probability in
            sample
                .chain(halves)
                .chain(ties)
                .chain([-0.0, -0.25, 1.5, f32::NAN, f32::INFINITY])
        {
            let mut got = Vec::new();
            write(&mut got, probability).unwrap();
            assert_eq!(
                String::from_utf8(got).unwrap(),
                format!("{probability:.6}"),
                "{probability:?}"
            );
        }
    }
}
