//! The model-local function `relevance.text::TfIdfLinear`, from raw text to logit, by the nodes
//! that define it.

use relevance_pipeline::graph::{CALL, attribute, domain, operator, tensor};

use crate::constructors::{
    MICROSOFT_OPSET, STANDARD_OPSET, constant, double_tensor, in_domain, int, int_tensor, node,
    opset, reference, string, string_tensor,
};
use crate::onnx::attribute_proto::AttributeType;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{AttributeProto, FunctionProto, NodeProto};

/// Keeps the quotient of a text without known terms at zero; every other norm is at least 1.
const MIN_NORM: f64 = 1e-12;

/// Builds the function.
pub(crate) fn tf_idf_linear() -> FunctionProto {
    let mut node = token_nodes();
    node.push(term_node());
    node.extend(linear_nodes());

    FunctionProto {
        name: operator::TF_IDF_LINEAR.to_owned(),
        domain: domain::TEXT.to_owned(),
        input: CALL.inputs.iter().map(ToString::to_string).collect(),
        output: vec![CALL.output.to_owned()],
        attribute: attribute::ALL.map(str::to_owned).to_vec(),
        node,
        opset_import: vec![
            opset(domain::STANDARD, STANDARD_OPSET),
            opset(domain::MICROSOFT, MICROSOFT_OPSET),
        ],
        doc_string: String::new(),
    }
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
    vec![
        constant("columns_axis", int_tensor("", &[1])),
        constant("least_norm", double_tensor("", MIN_NORM)),
        cast(tensor::WEIGHTED, "row", DataType::Double),
        cast(tensor::COEFFICIENTS, "wide_coefficients", DataType::Double),
        cast(tensor::INTERCEPT, "wide_intercept", DataType::Double),
        node("MatMul", &["row", "wide_coefficients"], "product", vec![]),
        node(
            "ReduceL2",
            &["row", "columns_axis"],
            "norm",
            vec![int("keepdims", 1)],
        ),
        node("Max", &["norm", "least_norm"], "positive_norm", vec![]),
        node("Div", &["product", "positive_norm"], "cosine", vec![]),
        node("Add", &["cosine", "wide_intercept"], "logit_column", vec![]),
        node(
            "Squeeze",
            &["logit_column", "columns_axis"],
            "wide_logit",
            vec![],
        ),
        cast("wide_logit", tensor::LOGIT, DataType::Float),
    ]
}

fn cast(input: &str, output: &str, to: DataType) -> NodeProto {
    node("Cast", &[input], output, vec![int("to", to as i64)])
}
