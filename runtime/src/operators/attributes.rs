//! Attributes of nodes, as the builders of the operators read them.

use relevance_pipeline::graph::{attribute, domain};
use relevance_pipeline::{FeatureSettings, NgramPool, TokenCharacters, Vocabulary};
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_hir::internal::*;

/// Checks that the operator belongs to the domain `want`, since tract finds operators by name
/// alone.
pub(super) fn check_domain(node: &NodeProto, want: &str) -> TractResult<()> {
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

/// Rejects a setting that the exporter never uses, unless it is `unused`.
pub(super) fn check_unused(node: &NodeProto, name: &str, unused: bool) -> TractResult<()> {
    ensure!(
        unused,
        "attribute `{name}` of `{}` has a value that is not supported",
        node.op_type
    );
    Ok(())
}

/// Returns the token characters for the pattern in the attribute `tokenexp`.
pub(super) fn token_characters(node: &NodeProto) -> TractResult<TokenCharacters> {
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

/// Returns the terms of `pool_strings`, in the order of their columns.
pub(super) fn vocabulary(node: &NodeProto, settings: &FeatureSettings) -> TractResult<Vocabulary> {
    let starts: TVec<usize> = node.get_attr_tvec(attribute::NGRAM_COUNTS)?;
    let pool = NgramPool {
        tokens: node.get_attr_vec(attribute::POOL_STRINGS)?,
        starts: starts.to_vec(),
    };
    let vocabulary = pool.vocabulary(settings)?;

    let indexes: Vec<usize> = node.get_attr_vec(attribute::NGRAM_INDEXES)?;
    // onnxruntime's versions disagree on which weights belong to other indexes.
    ensure!(
        indexes.iter().copied().eq(0..vocabulary.len()),
        "`ngram_indexes` is not 0, 1, … for each term"
    );

    Ok(vocabulary)
}

/// Returns the attribute `weights`, one finite number per term.
pub(super) fn weights(node: &NodeProto, terms: usize) -> TractResult<Vec<f32>> {
    let weights: Vec<f32> = node.get_attr_vec(attribute::WEIGHTS)?;
    ensure!(
        weights.len() == terms,
        "{} weights for {terms} terms",
        weights.len()
    );
    if let Some(index) = weights.iter().position(|weight| !weight.is_finite()) {
        bail!(
            "`{}` has the number {} at index {index}, which is not finite",
            attribute::WEIGHTS,
            weights[index]
        );
    }

    Ok(weights)
}

fn shortened(pattern: &str) -> String {
    const MAX_CHARACTERS: usize = 40;

    match pattern.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    }
}
