//! The exporter's messages of ONNX against tract's: the same bytes.

use prost::Message as _;
use relevance_export::{features_model, inline_functions, text_model, to_bytes};

use crate::engines::{ASCII_LETTERS, UNICODE_LETTERS};

#[test]
fn files_keep_every_byte_when_tract_reads_and_writes_them() {
    for engines in [&ASCII_LETTERS, &UNICODE_LETTERS] {
        let text = text_model(&engines.reference);
        let inlined = inline_functions(&text).unwrap();
        let features = features_model(&engines.reference);

        for model in [text, inlined, features] {
            let bytes = to_bytes(&model);
            let by_tract = tract_onnx::pb::ModelProto::decode(bytes.as_slice()).unwrap();
            assert!(by_tract.encode_to_vec() == bytes, "{}", model.doc_string);
        }
    }
}
