//! Attributes of nodes, as the builders of the operators read them.

use relevance_pipeline::graph::{attribute, domain};
use relevance_pipeline::{
    CharacterPool, CharacterSettings, CharacterVocabulary, FeatureSettings, NgramPool,
    TokenCharacters, Vocabulary, folding_table,
};
use tract_onnx::pb::{AttributeProto, NodeProto};
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

/// Returns the character n-grams of `character_pool`, in the order of their columns.
///
/// Checks that the folding table is the one of the n-grams, which the fused operator computes.
pub(super) fn character_vocabulary(
    node: &NodeProto,
    settings: CharacterSettings,
) -> TractResult<CharacterVocabulary> {
    let pool = CharacterPool {
        characters: characters(node, attribute::CHARACTER_POOL)?,
        starts: node.get_attr_vec(attribute::CHARACTER_NGRAM_COUNTS)?,
    };
    let vocabulary = pool.vocabulary(settings)?;

    let indexes = &find(node, attribute::CHARACTER_NGRAM_INDEXES)?.ints;
    ensure!(
        indexes.len() == vocabulary.len() && (0..).zip(indexes).all(|(own, &index)| index == own),
        "`character_ngram_indexes` is not 0, 1, … for each n-gram"
    );

    let keys = characters(node, attribute::FOLDING_KEYS)?;
    let values = characters(node, attribute::FOLDING_VALUES)?;
    ensure!(
        keys.len() == values.len()
            && keys
                .into_iter()
                .zip(values)
                .eq(folding_table(&vocabulary.characters())),
        "the folding table is not the one of the n-grams"
    );

    Ok(vocabulary)
}

/// Returns the strings of an attribute, each of which is one character.
fn characters(node: &NodeProto, name: &str) -> TractResult<Vec<char>> {
    let character = |bytes: &Vec<u8>| {
        let mut characters = std::str::from_utf8(bytes)?.chars();
        let (first, second) = (characters.next(), characters.next());
        first
            .filter(|_| second.is_none())
            .with_context(|| format!("a string of `{name}` is not one character"))
    };

    find(node, name)?.strings.iter().map(character).collect()
}

fn find<'a>(node: &'a NodeProto, name: &str) -> TractResult<&'a AttributeProto> {
    node.attribute
        .iter()
        .find(|attribute| attribute.name == name)
        .with_context(|| format!("`{}` has no attribute `{name}`", node.op_type))
}

fn shortened(pattern: &str) -> String {
    const MAX_CHARACTERS: usize = 40;

    match pattern.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    }
}
