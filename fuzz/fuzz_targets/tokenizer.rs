//! Runs the target `tokenizer`.

#![no_main]

libfuzzer_sys::fuzz_target!(
    init: relevance_fuzz::let_panics_unwind(),
    |bytes: &[u8]| relevance_fuzz::tokenizer::check(bytes)
);
