//! The graph that the service runs: raw text to probability and label.
//!
//! The step from text to logit is a model-local function. A runtime that supports functions inlines
//! it; the native runtime looks the operator up by its name and computes it in one pass over the
//! tokens.

use relevance_pipeline::graph::{CALL, attribute, domain, tensor};
use relevance_pipeline::{NgramPool, Pipeline};

use crate::constructors::{
    MICROSOFT_OPSET, STANDARD_OPSET, entries, floats, in_domain, int, ints, known_node, opset,
    string, strings, value_info,
};
use crate::function::tf_idf_linear;
use crate::metadata;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto};
use crate::prediction::{
    linear_initializers, prediction_initializers, prediction_nodes, prediction_outputs,
};

/// Version of the ONNX format.
const IR_VERSION: i64 = 8;
/// Version of the model-local function.
const TEXT_OPSET: i64 = 1;

/// Builds the graph from `text`, string `[N]`, to `probability`, float `[N]`, and `label`, string
/// `[N]`.
#[must_use]
pub fn text_model(pipeline: &Pipeline) -> ModelProto {
    let initializer = linear_initializers(pipeline)
        .into_iter()
        .chain(prediction_initializers(pipeline))
        .collect();
    let graph = GraphProto {
        name: "relevance".to_owned(),
        node: main_nodes(pipeline),
        initializer,
        input: vec![value_info(tensor::TEXT, DataType::String, None)],
        output: prediction_outputs(),
        ..GraphProto::default()
    };

    let opset_import = vec![
        opset(domain::STANDARD, STANDARD_OPSET),
        opset(domain::TEXT, TEXT_OPSET),
        opset(domain::MICROSOFT, MICROSOFT_OPSET),
    ];
    ModelProto {
        opset_import,
        functions: vec![tf_idf_linear()],
        ..model(pipeline, graph)
    }
}

/// Wraps `graph` in a model with the pipeline's metadata.
pub(crate) fn model(pipeline: &Pipeline, graph: GraphProto) -> ModelProto {
    ModelProto {
        ir_version: IR_VERSION,
        opset_import: vec![opset(domain::STANDARD, STANDARD_OPSET)],
        producer_name: "relevance".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: metadata::description(pipeline.features().token_characters),
        graph: Some(graph),
        metadata_props: entries(&metadata::with_derived(pipeline)),
        ..ModelProto::default()
    }
}

fn main_nodes(pipeline: &Pipeline) -> Vec<NodeProto> {
    let call = known_node(CALL, call_attributes(pipeline));
    let mut nodes = vec![in_domain(domain::TEXT, call)];
    nodes.extend(prediction_nodes());

    nodes
}

fn call_attributes(pipeline: &Pipeline) -> Vec<AttributeProto> {
    let features = pipeline.features();
    let pool = NgramPool::new(pipeline.vocabulary(), features);
    let ngram_max = i64::try_from(features.ngram_max).expect("n-grams have at most five tokens");

    vec![
        string(
            attribute::TOKEN_PATTERN,
            &features.token_characters.pattern(),
        ),
        int(attribute::MAX_GRAM_LENGTH, ngram_max),
        ints(attribute::NGRAM_COUNTS, pool.starts.iter().copied()),
        // Identity, since runtimes disagree on which weights belong to other indexes.
        ints(attribute::NGRAM_INDEXES, 0..pipeline.vocabulary().len()),
        strings(attribute::POOL_STRINGS, &pool.tokens),
        floats(attribute::WEIGHTS, pipeline.idf()),
    ]
}
