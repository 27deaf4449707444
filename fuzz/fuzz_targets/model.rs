//! Runs the target `model`.

#![no_main]

libfuzzer_sys::fuzz_target!(
    init: relevance_fuzz::let_panics_unwind(),
    |bytes: &[u8]| relevance_fuzz::model::check(bytes)
);
