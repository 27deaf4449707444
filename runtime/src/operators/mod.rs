//! The operators that tract lacks, one file each.
//!
//! Written against the ONNX specification and onnxruntime's behaviour where the two leave room; what our files never use is
//! refused when a model is loaded.

mod attributes;
mod rules;
mod string_normalizer;
mod tfidf_linear;
mod tfidf_vectorizer;
mod tokenizer;

pub use string_normalizer::{CaseChange, StringNormalizer};
pub use tfidf_linear::TfIdfLinear;
pub use tfidf_vectorizer::{Mode, TfIdfVectorizer};
pub use tokenizer::Tokenizer;

use relevance_pipeline::graph::operator;
use tract_onnx::model::OnnxOpRegister;

/// Makes the operators known to tract's ONNX reader.
pub fn register(register: &mut OnnxOpRegister) {
    register.insert(operator::STRING_NORMALIZER, string_normalizer::build);
    register.insert(operator::TF_IDF_LINEAR, tfidf_linear::build);
    register.insert(operator::TF_IDF_VECTORIZER, tfidf_vectorizer::build);
    register.insert(operator::TOKENIZER, tokenizer::build);
}
