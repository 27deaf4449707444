//! Fuzz targets: everything that reads untrusted bytes, each with a property that must hold.
//!
//! A target is a module with a function `check`, which panics when the property does not hold. The
//! first bytes of an input choose settings, the others are what is read. `fuzz_targets/` has a
//! program for each, and the tests run each on its seeds.

pub mod archive;
pub mod csv;
pub mod grpc;
pub mod http;
pub mod jsonl;
pub mod model;
pub mod parquet;
pub mod pipeline;
mod reading;
mod scratch;
mod service;
pub mod sqlite;
mod stored_gzip;
pub mod tokenizer;

/// Restores the default hook for panics, so that one that the code catches does not end the process.
///
/// libFuzzer still reports a panic that leaves the target.
pub fn let_panics_unwind() {
    drop(std::panic::take_hook());
}

/// Splits the bytes that choose settings from an input; missing ones are zero.
fn split_settings<const N: usize>(input: &[u8]) -> ([u8; N], &[u8]) {
    let mut settings = [0; N];
    let length = input.len().min(N);
    settings[..length].copy_from_slice(&input[..length]);
    (settings, &input[length..])
}

/// Returns whether a bit of a setting is set, counted from the lowest.
const fn has_bit(setting: u8, bit: u8) -> bool {
    setting >> bit & 1 == 1
}
