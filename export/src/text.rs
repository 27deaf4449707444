//! The product: one file from raw text to probability and label.
//!
//! Tokens to logit is a model-local function, `relevance.text::TfIdfLinear`. A runtime that knows functions inlines it; ours
//! looks the operator up by its name and runs it as one pass over the tokens.

use relevance_pipeline::graph::{self, attribute, domain, operator, tensor};
use relevance_pipeline::{NgramPool, Pipeline};
use tract_onnx::pb::{
    AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto,
    attribute_proto::AttributeType, tensor_proto::DataType,
};

use crate::metadata;
use crate::proto::{
    constant, double_tensor, entries, float_tensor, floats, in_domain, int, int_tensor, ints, node,
    opset, reference, string, string_tensor, strings, value_info,
};

const FUNCTION_VERSION: i64 = 1;
const IR_VERSION: i64 = 8;
const OPSET: i64 = 18;
/// Keeps the quotient of a text without known terms at zero; every other norm is at least 1.
const MIN_NORM: f64 = 1e-12;

/// The graph of a pipeline: `text` string `[N]` to `probability` float `[N]` and `label` string `[N]`.
#[must_use]
pub fn text_model(pipeline: &Pipeline) -> ModelProto {
    let graph = GraphProto {
        name: "relevance".to_owned(),
        node: main_nodes(pipeline),
        initializer: initializers(pipeline),
        input: vec![value_info(tensor::TEXT, DataType::String, None)],
        output: verdict_outputs(),
        ..GraphProto::default()
    };
    let opsets = vec![
        opset(domain::STANDARD, OPSET),
        opset(domain::TEXT, FUNCTION_VERSION),
        opset(domain::MICROSOFT, 1),
    ];
    ModelProto {
        opset_import: opsets,
        functions: vec![tf_idf_linear()],
        ..model(pipeline, graph)
    }
}

/// A model around `graph`, with what the file says about itself.
pub fn model(pipeline: &Pipeline, graph: GraphProto) -> ModelProto {
    ModelProto {
        ir_version: IR_VERSION,
        opset_import: vec![opset(domain::STANDARD, OPSET)],
        producer_name: "relevance".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: metadata::description(pipeline.features().token_characters),
        graph: Some(graph),
        metadata_props: entries(&metadata::with_derived(pipeline)),
        ..ModelProto::default()
    }
}

/// `logit` to `probability` and `label`.
pub fn verdict_nodes() -> [NodeProto; 3] {
    graph::PREDICTION.map(|known| known_node(known, vec![]))
}

/// A node whose names [`graph`] lists.
fn known_node(known: graph::Node, attributes: Vec<AttributeProto>) -> NodeProto {
    node(known.operator, known.inputs, known.output, attributes)
}

/// The tensors of [`verdict_nodes`].
pub fn verdict_initializers(pipeline: &Pipeline) -> [TensorProto; 3] {
    let labels = pipeline.labels();
    [
        float_tensor(tensor::THRESHOLD, &[1], &[pipeline.threshold()]),
        string_tensor(tensor::RELEVANT_LABEL, &[&labels.relevant]),
        string_tensor(tensor::NOT_RELEVANT_LABEL, &[&labels.not_relevant]),
    ]
}

/// The outputs of [`verdict_nodes`].
pub fn verdict_outputs() -> Vec<tract_onnx::pb::ValueInfoProto> {
    vec![
        value_info(tensor::PROBABILITY, DataType::Float, None),
        value_info(tensor::LABEL, DataType::String, None),
    ]
}

/// The tensors of the linear model: `[vocabulary, 1]` and `[1]`.
pub fn linear_initializers(pipeline: &Pipeline) -> [TensorProto; 2] {
    [
        float_tensor(
            tensor::COEFFICIENTS,
            &[pipeline.vocabulary().len(), 1],
            pipeline.coefficients(),
        ),
        float_tensor(tensor::INTERCEPT, &[1], &[pipeline.intercept()]),
    ]
}

/// Rows `weighted` `[N, vocabulary]` to `logit` `[N]`: the product with the coefficients over the row's norm.
///
/// In `double`: a sum over a long text in `float` is off by more than the engines may differ. Dividing the product costs N
/// divisions, dividing the row N times the vocabulary.
pub fn linear_nodes(coefficients: &str, intercept: &str) -> Vec<NodeProto> {
    vec![
        constant("columns_axis", int_tensor("", &[1])),
        constant("least_norm", double_tensor("", MIN_NORM)),
        node(
            "Cast",
            &[tensor::WEIGHTED],
            "row",
            vec![int("to", DataType::Double as i64)],
        ),
        node(
            "Cast",
            &[coefficients],
            "wide_coefficients",
            vec![int("to", DataType::Double as i64)],
        ),
        node(
            "Cast",
            &[intercept],
            "wide_intercept",
            vec![int("to", DataType::Double as i64)],
        ),
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
        node(
            "Cast",
            &["wide_logit"],
            tensor::LOGIT,
            vec![int("to", DataType::Float as i64)],
        ),
    ]
}

fn main_nodes(pipeline: &Pipeline) -> Vec<NodeProto> {
    let call = known_node(graph::CALL, call_attributes(pipeline));
    let mut nodes = vec![in_domain(domain::TEXT, call)];
    nodes.extend(verdict_nodes());
    nodes
}

fn initializers(pipeline: &Pipeline) -> Vec<TensorProto> {
    linear_initializers(pipeline)
        .into_iter()
        .chain(verdict_initializers(pipeline))
        .collect()
}

fn call_attributes(pipeline: &Pipeline) -> Vec<AttributeProto> {
    let features = pipeline.features();
    let pool = NgramPool::new(pipeline.vocabulary(), features);
    vec![
        string(
            attribute::TOKEN_PATTERN,
            &features.token_characters.pattern(),
        ),
        int(
            attribute::MAX_GRAM_LENGTH,
            i64::try_from(features.ngram_max).expect("n-grams have at most five tokens"),
        ),
        ints(attribute::NGRAM_COUNTS, pool.starts.iter().copied()),
        // Identity: the runtimes disagree on what the weights of other indexes belong to.
        ints(attribute::NGRAM_INDEXES, 0..pipeline.vocabulary().len()),
        strings(attribute::POOL_STRINGS, &pool.tokens),
        floats(attribute::WEIGHTS, pipeline.idf()),
    ]
}

/// The function from raw text to logit, with the nodes that define it.
fn tf_idf_linear() -> FunctionProto {
    let mut nodes = token_nodes();
    nodes.push(term_node());
    nodes.extend(linear_nodes(tensor::COEFFICIENTS, tensor::INTERCEPT));
    FunctionProto {
        name: Some(operator::TF_IDF_LINEAR.to_owned()),
        domain: Some(domain::TEXT.to_owned()),
        input: graph::CALL.inputs.iter().map(ToString::to_string).collect(),
        output: vec![graph::CALL.output.to_owned()],
        attribute: attribute::ALL.map(str::to_owned).to_vec(),
        node: nodes,
        opset_import: vec![opset(domain::STANDARD, OPSET), opset(domain::MICROSOFT, 1)],
        doc_string: None,
    }
}

/// `text` `[N]` to lower-cased `tokens` `[N, T]`, short rows padded with empty strings.
///
/// Tokens are cut first and lower-cased then, so that the locale of a system, which some runtimes let through, never sees
/// more than token characters.
fn token_nodes() -> Vec<NodeProto> {
    vec![
        in_domain(
            domain::MICROSOFT,
            node(
                operator::TOKENIZER,
                &[tensor::TEXT],
                "raw_tokens",
                tokenizer_attributes(),
            ),
        ),
        node("Shape", &["raw_tokens"], "tokens_shape", vec![]),
        constant("flat_shape", int_tensor("", &[-1])),
        node(
            "Reshape",
            &["raw_tokens", "flat_shape"],
            "flat_tokens",
            vec![],
        ),
        // StringNormalizer refuses a tensor without elements, so one goes in front and comes off behind.
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
        reference(
            attribute::TOKEN_PATTERN,
            attribute::TOKEN_PATTERN,
            AttributeType::String,
        ),
    ]
}

/// The locale `C` is the one that every system has, and lower-cases ASCII alone.
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
        reference(
            attribute::MAX_GRAM_LENGTH,
            attribute::MAX_GRAM_LENGTH,
            AttributeType::Int,
        ),
        int("max_skip_count", 0),
        reference(
            attribute::NGRAM_COUNTS,
            attribute::NGRAM_COUNTS,
            AttributeType::Ints,
        ),
        reference(
            attribute::NGRAM_INDEXES,
            attribute::NGRAM_INDEXES,
            AttributeType::Ints,
        ),
        reference(
            attribute::POOL_STRINGS,
            attribute::POOL_STRINGS,
            AttributeType::Strings,
        ),
        reference(
            attribute::WEIGHTS,
            attribute::WEIGHTS,
            AttributeType::Floats,
        ),
    ];
    node(
        operator::TF_IDF_VECTORIZER,
        &["tokens"],
        tensor::WEIGHTED,
        attributes,
    )
}
