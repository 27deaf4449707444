//! Figures as people read them.

use std::time::Duration;

/// Seconds with three figures or so.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..1.0 => format!("{seconds:.3}"),
        ..10.0 => format!("{seconds:.2}"),
        _ => format!("{seconds:.1}"),
    }
}

/// Nanoseconds as microseconds with three figures or so.
pub fn microseconds(nanoseconds: f64) -> String {
    let microseconds = nanoseconds / 1_000.0;
    match microseconds {
        ..10.0 => format!("{microseconds:.2}"),
        10.0..100.0 => format!("{microseconds:.1}"),
        _ => format!("{microseconds:.0}"),
    }
}

/// Microseconds as milliseconds with three figures or so.
pub fn milliseconds(microseconds: f64) -> String {
    match microseconds / 1000.0 {
        milliseconds @ ..1.0 => format!("{milliseconds:.3}"),
        milliseconds @ ..10.0 => format!("{milliseconds:.2}"),
        milliseconds => format!("{milliseconds:.1}"),
    }
}

/// Bytes as MiB.
#[expect(
    clippy::cast_precision_loss,
    reason = "nothing measured has 2^53 bytes"
)]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A whole number with its thousands apart: `12345.6` to `12,346`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted is small and not negative"
)]
pub fn rounded(number: f64) -> String {
    grouped(number.round() as u64)
}

/// How often everyone had a turn, as the beginning of a sentence.
pub fn rounds(number: u32) -> String {
    match number {
        1 => "One round".to_owned(),
        number => format!("{number} rounds, everyone in turn"),
    }
}

/// A ratio with two or three figures.
pub fn times(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.1}")
    }
}

/// The number with its thousands apart: `9270` to `9,270`.
pub fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_long_as_they_tell_something() {
        for (milliseconds, want) in [
            (52, "0.052"),
            (999, "0.999"),
            (1_234, "1.23"),
            (23_456, "23.5"),
        ] {
            assert_eq!(seconds(Duration::from_millis(milliseconds)), want);
        }
        assert_eq!(
            [755.9, 12_814.8, 224_915.8].map(microseconds),
            ["0.76", "12.8", "225"]
        );
        assert_eq!([0.5, 9.876, 21.34].map(times), ["0.50", "9.88", "21.3"]);
        assert_eq!(
            [0.5, 71.26, 1_234.0, 56_780.0].map(milliseconds),
            ["0.001", "0.071", "1.23", "56.8"]
        );
        assert_eq!([0.4, 12_345.6].map(rounded), ["0", "12,346"]);
        assert_eq!(
            [0_u32, 999, 1_000, 9_270, 927_000, 4_294_967_295].map(grouped),
            ["0", "999", "1,000", "9,270", "927,000", "4,294,967,295"]
        );
    }
}
