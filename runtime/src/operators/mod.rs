//! Operators that tract lacks, one file each.
//!
//! They follow the ONNX specification, and onnxruntime where the specification leaves room.
//! Settings that the exporter never uses are rejected when a model is loaded.

mod attributes;
mod label_encoder;
mod ngram_table;
mod rules;
mod string_normalizer;
mod tfidf_linear;
mod tfidf_vectorizer;
mod tokenizer;

pub(crate) use tfidf_linear::TfIdfLinear;

use relevance_pipeline::graph::operator;
use tract_onnx::model::OnnxOpRegister;

/// Registers the operators with tract's ONNX reader.
pub fn register(register: &mut OnnxOpRegister) {
    register.insert(operator::STRING_NORMALIZER, string_normalizer::build);
    register.insert(operator::LABEL_ENCODER, label_encoder::build);
    for function in [
        operator::TF_IDF_LINEAR,
        operator::CHARACTER_TF_IDF_LINEAR,
        operator::UNION_TF_IDF_LINEAR,
    ] {
        register.insert(function, tfidf_linear::build);
    }
    register.insert(operator::TF_IDF_VECTORIZER, tfidf_vectorizer::build);
    register.insert(operator::TOKENIZER, tokenizer::build);
}
