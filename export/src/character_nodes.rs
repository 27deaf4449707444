//! Nodes of character n-grams: text to characters, their folded forms, counts of n-grams, and the
//! product with the coefficients.

use relevance_pipeline::UNKNOWN_CHARACTER;
use relevance_pipeline::graph::{CHARACTER_PATTERN, attribute, domain, operator, tensor};

use crate::constructors::{cast, in_domain, int, node, reference_to, string};
use crate::onnx::attribute_proto::AttributeType;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{AttributeProto, NodeProto};

/// Returns the nodes from `text` `[N]` to `character_counts` `[N, ngrams]`.
///
/// Characters outside of the folding table, and the padding of short rows, become a character that
/// no n-gram contains. So the case of letters is folded by the file alone, and not by a locale.
pub(crate) fn character_nodes() -> Vec<NodeProto> {
    let tokenizer = node(
        operator::TOKENIZER,
        &[tensor::TEXT],
        "raw_characters",
        vec![
            int("mark", 0),
            int("mincharnum", 1),
            string("pad_value", ""),
            string(attribute::TOKEN_PATTERN, CHARACTER_PATTERN),
        ],
    );
    let folding = node(
        operator::LABEL_ENCODER,
        &["raw_characters"],
        "characters",
        vec![
            reference_to(
                "keys_strings",
                attribute::FOLDING_KEYS,
                AttributeType::Strings,
            ),
            reference_to(
                "values_strings",
                attribute::FOLDING_VALUES,
                AttributeType::Strings,
            ),
            string("default_string", &UNKNOWN_CHARACTER.to_string()),
        ],
    );
    let counts = node(
        operator::TF_IDF_VECTORIZER,
        &["characters"],
        tensor::CHARACTER_COUNTS,
        count_attributes(),
    );

    vec![
        in_domain(domain::MICROSOFT, tokenizer),
        in_domain(domain::MACHINE_LEARNING, folding),
        counts,
    ]
}

/// Returns attributes of a vectoriser without weights: onnxruntime would add a weight once for each
/// occurrence in `float`, and a character may occur thousands of times in a text.
fn count_attributes() -> Vec<AttributeProto> {
    let lengths = [
        ("min_gram_length", attribute::CHARACTER_MIN_LENGTH),
        (attribute::MAX_GRAM_LENGTH, attribute::CHARACTER_MAX_LENGTH),
    ]
    .map(|(name, of_caller)| reference_to(name, of_caller, AttributeType::Int));
    let lists = [
        (attribute::NGRAM_COUNTS, attribute::CHARACTER_NGRAM_COUNTS),
        (attribute::NGRAM_INDEXES, attribute::CHARACTER_NGRAM_INDEXES),
    ]
    .map(|(name, of_caller)| reference_to(name, of_caller, AttributeType::Ints));

    let mut attributes = vec![string("mode", "TF"), int("max_skip_count", 0)];
    attributes.extend(lengths);
    attributes.extend(lists);
    attributes.push(reference_to(
        attribute::POOL_STRINGS,
        attribute::CHARACTER_POOL,
        AttributeType::Strings,
    ));

    attributes
}

/// Returns the nodes from `character_counts` `[N, ngrams]` to `character_cosine` `[N, 1]`: the
/// product of the weighted rows with the coefficients, divided by the rows' norms, in `double`.
pub(crate) fn character_cosine_nodes() -> [NodeProto; 8] {
    let wide = DataType::Double;

    [
        cast(tensor::CHARACTER_COUNTS, "wide_character_counts", wide),
        cast(tensor::CHARACTER_IDF, "wide_character_idf", wide),
        cast(
            tensor::CHARACTER_COEFFICIENTS,
            "wide_character_coefficients",
            wide,
        ),
        node(
            "Mul",
            &["wide_character_counts", "wide_character_idf"],
            "character_row",
            vec![],
        ),
        node(
            "MatMul",
            &["character_row", "wide_character_coefficients"],
            "character_product",
            vec![],
        ),
        node(
            "ReduceL2",
            &["character_row", "columns_axis"],
            "character_norm",
            vec![int("keepdims", 1)],
        ),
        node(
            "Max",
            &["character_norm", "least_norm"],
            "positive_character_norm",
            vec![],
        ),
        node(
            "Div",
            &["character_product", "positive_character_norm"],
            "character_cosine",
            vec![],
        ),
    ]
}
