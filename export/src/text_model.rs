//! The graph that the service runs: raw text to probability and label.
//!
//! The step from text to logit is a model-local function. A runtime that supports functions inlines
//! it; the native runtime looks the operator up by its name and computes it in one pass over the
//! tokens.

use relevance_pipeline::graph::{
    CHARACTER_CALL, Node, UNION_CALL, WORD_CALL, attribute, domain, tensor,
};
use relevance_pipeline::{CharacterBlock, CharacterPool, NgramPool, Pipeline, folding_table};

use crate::constructors::{
    MACHINE_LEARNING_OPSET, MICROSOFT_OPSET, STANDARD_OPSET, entries, floats, in_domain, int, ints,
    known_node, opset, string, strings, value_info,
};
use crate::function::{character_function, union_function, word_function};
use crate::metadata;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto};
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

    let mut opset_import = vec![
        opset(domain::STANDARD, STANDARD_OPSET),
        opset(domain::TEXT, TEXT_OPSET),
        opset(domain::MICROSOFT, MICROSOFT_OPSET),
    ];
    if pipeline.characters().is_some() {
        opset_import.push(opset(domain::MACHINE_LEARNING, MACHINE_LEARNING_OPSET));
    }

    let (_, function) = call_and_function(pipeline);
    ModelProto {
        opset_import,
        functions: vec![function],
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
        doc_string: metadata::description(pipeline),
        graph: Some(graph),
        metadata_props: entries(&metadata::with_derived(pipeline)),
        ..ModelProto::default()
    }
}

/// Returns the call that the pipeline needs, and its function.
fn call_and_function(pipeline: &Pipeline) -> (Node, FunctionProto) {
    match pipeline.characters() {
        None => (WORD_CALL, word_function()),
        Some(_) if pipeline.vocabulary().is_empty() => (CHARACTER_CALL, character_function()),
        Some(_) => (UNION_CALL, union_function()),
    }
}

fn main_nodes(pipeline: &Pipeline) -> Vec<NodeProto> {
    let mut attributes = Vec::new();
    if !pipeline.vocabulary().is_empty() {
        attributes.extend(word_attributes(pipeline));
    }
    if let Some(block) = pipeline.characters() {
        attributes.extend(character_attributes(block));
    }

    let (call, _) = call_and_function(pipeline);
    let mut nodes = vec![in_domain(domain::TEXT, known_node(call, attributes))];
    nodes.extend(prediction_nodes());

    nodes
}

fn word_attributes(pipeline: &Pipeline) -> Vec<AttributeProto> {
    let features = pipeline.features();
    let pool = NgramPool::new(pipeline.vocabulary(), features);

    vec![
        string(
            attribute::TOKEN_PATTERN,
            &features.token_characters.pattern(),
        ),
        length(attribute::MAX_GRAM_LENGTH, features.ngram_max),
        ints(attribute::NGRAM_COUNTS, pool.starts.iter().copied()),
        // Identity, since runtimes disagree on which weights belong to other indexes.
        ints(attribute::NGRAM_INDEXES, 0..pipeline.vocabulary().len()),
        strings(attribute::POOL_STRINGS, &pool.tokens),
        floats(attribute::WEIGHTS, pipeline.idf()),
    ]
}

fn character_attributes(block: &CharacterBlock) -> Vec<AttributeProto> {
    let (vocabulary, settings) = (block.vocabulary(), block.settings());
    let pool = CharacterPool::new(vocabulary, settings);
    let folding = folding_table(&vocabulary.characters());

    vec![
        characters(
            attribute::FOLDING_KEYS,
            folding.iter().map(|&(character, _)| character),
        ),
        characters(
            attribute::FOLDING_VALUES,
            folding.iter().map(|&(_, form)| form),
        ),
        length(attribute::CHARACTER_MIN_LENGTH, settings.ngram_min),
        length(attribute::CHARACTER_MAX_LENGTH, settings.ngram_max),
        ints(attribute::CHARACTER_NGRAM_COUNTS, pool.starts),
        ints(attribute::CHARACTER_NGRAM_INDEXES, 0..vocabulary.len()),
        characters(attribute::CHARACTER_POOL, pool.characters),
    ]
}

/// Creates an attribute with the length of an n-gram.
fn length(name: &str, value: usize) -> AttributeProto {
    int(
        name,
        i64::try_from(value).expect("the lengths of n-grams have small limits"),
    )
}

/// Creates an attribute with a list of strings of one character.
fn characters(name: &str, values: impl IntoIterator<Item = char>) -> AttributeProto {
    let mut buffer = [0; 4];
    let mut bytes = Vec::new();
    for character in values {
        bytes.push(character.encode_utf8(&mut buffer).as_bytes().to_vec());
    }

    AttributeProto {
        strings: bytes,
        ..strings(name, &[])
    }
}
