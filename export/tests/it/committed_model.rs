//! The committed model file, read and written again.

use std::path::Path;

use relevance_export::{parse, pipeline_from_model, text_model, to_bytes};

fn committed_bytes() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/relevance/1/model.onnx");
    std::fs::read(path).unwrap()
}

#[test]
fn reading_and_writing_keeps_every_byte() {
    let bytes = committed_bytes();
    let written = to_bytes(&parse(&bytes).unwrap());

    assert!(written == bytes, "the written file differs");
}

#[test]
fn exporting_its_pipeline_again_gives_the_same_bytes() {
    let bytes = committed_bytes();
    let pipeline = pipeline_from_model(&parse(&bytes).unwrap()).unwrap();
    let written = to_bytes(&text_model(&pipeline));

    assert!(written == bytes, "the exported file differs");
}
