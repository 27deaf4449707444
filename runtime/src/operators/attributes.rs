//! What the builders of the operators read from a node.

use relevance_pipeline::graph::{attribute, domain};
use relevance_pipeline::{FeatureSettings, NgramPool, TokenCharacters, Vocabulary};
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

/// Refuses an operator of the right name in the wrong domain; tract looks names up without it.
pub fn check_domain(node: &NodeProto, want: &str) -> TractResult<()> {
    let got = if node.domain == "ai.onnx" {
        domain::STANDARD
    } else {
        &node.domain
    };
    ensure!(
        got == want,
        "operator `{}` of domain `{got}` is unknown, the known one is of domain `{want}`",
        node.op_type
    );
    Ok(())
}

/// Refuses a setting that our files never use.
pub fn check_unused(node: &NodeProto, name: &str, unused: bool) -> TractResult<()> {
    ensure!(
        unused,
        "attribute `{name}` of `{}` has a value that is not supported",
        node.op_type
    );
    Ok(())
}

/// The token characters that the attribute `tokenexp` stands for.
pub fn token_characters(node: &NodeProto) -> TractResult<TokenCharacters> {
    let pattern: String = node.get_attr(attribute::TOKEN_PATTERN)?;
    TokenCharacters::from_pattern(&pattern).with_context(|| {
        let known = TokenCharacters::ALL
            .map(TokenCharacters::pattern)
            .map(|pattern| shortened(&pattern));
        format!(
            "`tokenexp` is `{}`, the patterns that are supported are {known:?}",
            shortened(&pattern)
        )
    })
}

/// The terms of `pool_strings`, in the order of their columns.
pub fn vocabulary(node: &NodeProto, settings: &FeatureSettings) -> TractResult<Vocabulary> {
    let starts: TVec<usize> = node.get_attr_tvec(attribute::NGRAM_COUNTS)?;
    let pool = NgramPool {
        tokens: node.get_attr_vec(attribute::POOL_STRINGS)?,
        starts: starts.to_vec(),
    };
    let vocabulary = pool.vocabulary(settings)?;
    let indexes: Vec<usize> = node.get_attr_vec(attribute::NGRAM_INDEXES)?;
    // onnxruntime's versions disagree on what the weights of other indexes belong to.
    ensure!(
        indexes.iter().copied().eq(0..vocabulary.len()),
        "`ngram_indexes` is not 0, 1, … for each term"
    );
    Ok(vocabulary)
}

/// One weight a term, from the attribute `weights`.
pub fn weights(node: &NodeProto, terms: usize) -> TractResult<Vec<f32>> {
    let weights: Vec<f32> = node.get_attr_vec(attribute::WEIGHTS)?;
    ensure!(
        weights.len() == terms,
        "{} weights for {terms} terms",
        weights.len()
    );
    Ok(weights)
}

fn shortened(pattern: &str) -> String {
    const LONGEST: usize = 40;
    match pattern.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    }
}
