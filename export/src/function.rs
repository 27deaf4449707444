//! The model-local functions of the domain `relevance.text`, from raw text to logit, by the nodes
//! that define them: `TfIdfLinear`, `CharacterTfIdfLinear` and `UnionTfIdfLinear`.

use relevance_pipeline::graph::{
    CHARACTER_CALL, Node, UNION_CALL, WORD_CALL, attribute, domain, operator, tensor,
};

use crate::character_nodes::{character_cosine_nodes, character_nodes};
use crate::constructors::{
    MACHINE_LEARNING_OPSET, MICROSOFT_OPSET, STANDARD_OPSET, cast, constant, double_tensor,
    in_domain, int, int_tensor, node, opset, reference, string, string_tensor,
};
use crate::onnx::attribute_proto::AttributeType;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{AttributeProto, FunctionProto, NodeProto};

/// Keeps the quotient of a text without known terms at zero; every other norm is at least 1.
const MIN_NORM: f64 = 1e-12;

/// Builds the function of models with terms of tokens.
pub(crate) fn word_function() -> FunctionProto {
    let mut nodes = token_nodes();
    nodes.push(term_node());
    nodes.extend(linear_nodes());

    function(WORD_CALL, &attribute::WORDS, nodes)
}

/// Builds the function of models with character n-grams.
pub(crate) fn character_function() -> FunctionProto {
    let mut nodes = character_nodes();
    nodes.extend(character_linear_nodes());

    with_machine_learning(function(CHARACTER_CALL, &attribute::CHARACTERS, nodes))
}

/// Builds the function of models with both.
pub(crate) fn union_function() -> FunctionProto {
    let mut nodes = token_nodes();
    nodes.push(term_node());
    nodes.extend(character_nodes());
    nodes.extend(union_linear_nodes());

    let attributes = [&attribute::WORDS[..], &attribute::CHARACTERS].concat();
    with_machine_learning(function(UNION_CALL, &attributes, nodes))
}

fn function(call: Node, attributes: &[&str], node: Vec<NodeProto>) -> FunctionProto {
    FunctionProto {
        name: call.operator.to_owned(),
        domain: domain::TEXT.to_owned(),
        input: call.inputs.iter().map(ToString::to_string).collect(),
        output: vec![call.output.to_owned()],
        attribute: attributes.iter().map(ToString::to_string).collect(),
        node,
        opset_import: vec![
            opset(domain::STANDARD, STANDARD_OPSET),
            opset(domain::MICROSOFT, MICROSOFT_OPSET),
        ],
        doc_string: String::new(),
    }
}

fn with_machine_learning(mut function: FunctionProto) -> FunctionProto {
    let import = opset(domain::MACHINE_LEARNING, MACHINE_LEARNING_OPSET);
    function.opset_import.push(import);
    function
}

/// Returns the nodes from `text` `[N]` to lower-cased `tokens` `[N, T]`, with short rows padded by
/// empty strings.
///
/// Texts are split before they are lower-cased. Some runtimes lower-case by the locale of the
/// system, which then applies to token characters alone.
fn token_nodes() -> Vec<NodeProto> {
    let tokenizer = node(
        operator::TOKENIZER,
        &[tensor::TEXT],
        "raw_tokens",
        tokenizer_attributes(),
    );

    vec![
        in_domain(domain::MICROSOFT, tokenizer),
        node("Shape", &["raw_tokens"], "tokens_shape", vec![]),
        constant("flat_shape", int_tensor("", &[-1])),
        node(
            "Reshape",
            &["raw_tokens", "flat_shape"],
            "flat_tokens",
            vec![],
        ),
        // StringNormalizer rejects a tensor without elements, so one is appended before it and
        // removed after it.
        constant("sentinel", string_tensor("", &["#"])),
        node(
            "Concat",
            &["flat_tokens", "sentinel"],
            "guarded_tokens",
            vec![int("axis", 0)],
        ),
        node(
            operator::STRING_NORMALIZER,
            &["guarded_tokens"],
            "guarded_lower_tokens",
            normalizer_attributes(),
        ),
        constant("first", int_tensor("", &[0])),
        constant("last", int_tensor("", &[-1])),
        node(
            "Slice",
            &["guarded_lower_tokens", "first", "last", "first"],
            "flat_lower_tokens",
            vec![],
        ),
        // Without `allowzero` a batch in which no text has a token would fail.
        node(
            "Reshape",
            &["flat_lower_tokens", "tokens_shape"],
            "tokens",
            vec![int("allowzero", 1)],
        ),
    ]
}

fn tokenizer_attributes() -> Vec<AttributeProto> {
    vec![
        int("mark", 0),
        int("mincharnum", 1),
        string("pad_value", ""),
        reference(attribute::TOKEN_PATTERN, AttributeType::String),
    ]
}

/// Returns attributes that lower-case ASCII alone: every system has the locale `C`.
fn normalizer_attributes() -> Vec<AttributeProto> {
    vec![
        string("case_change_action", "LOWER"),
        int("is_case_sensitive", 1),
        string("locale", "C"),
    ]
}

fn term_node() -> NodeProto {
    let attributes = vec![
        string("mode", "TFIDF"),
        int("min_gram_length", 1),
        reference(attribute::MAX_GRAM_LENGTH, AttributeType::Int),
        int("max_skip_count", 0),
        reference(attribute::NGRAM_COUNTS, AttributeType::Ints),
        reference(attribute::NGRAM_INDEXES, AttributeType::Ints),
        reference(attribute::POOL_STRINGS, AttributeType::Strings),
        reference(attribute::WEIGHTS, AttributeType::Floats),
    ];

    node(
        operator::TF_IDF_VECTORIZER,
        &["tokens"],
        tensor::WEIGHTED,
        attributes,
    )
}

/// Returns the nodes from `weighted` rows `[N, vocabulary]` to `logit` `[N]`: the product with the
/// coefficients, divided by the row's norm, plus the intercept.
///
/// Sums are in `double`, since a `float` sum over a long text differs by more than the engines'
/// tolerance. The product is divided instead of the row: N divisions instead of N times the
/// vocabulary.
pub(crate) fn linear_nodes() -> Vec<NodeProto> {
    let mut nodes = norm_constants().to_vec();
    nodes.extend(cosine_nodes());
    nodes.extend(logit_nodes("cosine"));

    nodes
}

/// Returns the nodes from `character_counts` `[N, ngrams]` to `logit` `[N]`.
pub(crate) fn character_linear_nodes() -> Vec<NodeProto> {
    let mut nodes = norm_constants().to_vec();
    nodes.push(wide_intercept());
    nodes.extend(character_cosine_nodes());
    nodes.extend(logit_nodes("character_cosine"));

    nodes
}

/// Returns the nodes from `weighted` and `character_counts` to `logit` `[N]`: each block of the row
/// is divided by its own norm.
pub(crate) fn union_linear_nodes() -> Vec<NodeProto> {
    let mut nodes = norm_constants().to_vec();
    nodes.extend(cosine_nodes());
    nodes.extend(character_cosine_nodes());
    nodes.push(node(
        "Add",
        &["cosine", "character_cosine"],
        "cosine_sum",
        vec![],
    ));
    nodes.extend(logit_nodes("cosine_sum"));

    nodes
}

fn norm_constants() -> [NodeProto; 2] {
    [
        constant("columns_axis", int_tensor("", &[1])),
        constant("least_norm", double_tensor("", MIN_NORM)),
    ]
}

fn cosine_nodes() -> [NodeProto; 7] {
    [
        cast(tensor::WEIGHTED, "row", DataType::Double),
        cast(tensor::COEFFICIENTS, "wide_coefficients", DataType::Double),
        wide_intercept(),
        node("MatMul", &["row", "wide_coefficients"], "product", vec![]),
        node(
            "ReduceL2",
            &["row", "columns_axis"],
            "norm",
            vec![int("keepdims", 1)],
        ),
        node("Max", &["norm", "least_norm"], "positive_norm", vec![]),
        node("Div", &["product", "positive_norm"], "cosine", vec![]),
    ]
}

fn wide_intercept() -> NodeProto {
    cast(tensor::INTERCEPT, "wide_intercept", DataType::Double)
}

fn logit_nodes(cosine: &str) -> [NodeProto; 3] {
    [
        node("Add", &[cosine, "wide_intercept"], "logit_column", vec![]),
        node(
            "Squeeze",
            &["logit_column", "columns_axis"],
            "wide_logit",
            vec![],
        ),
        cast("wide_logit", tensor::LOGIT, DataType::Float),
    ]
}
