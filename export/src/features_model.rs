//! The graph without strings, for runtimes that lack them: the caller counts the terms.

use relevance_pipeline::Pipeline;
use relevance_pipeline::graph::tensor;

use crate::constructors::{constant, float_tensor, int_tensor, node, value_info};
use crate::function::{character_linear_nodes, linear_nodes, union_linear_nodes};
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{GraphProto, ModelProto, NodeProto};
use crate::prediction::{
    linear_initializers, prediction_initializers, prediction_nodes, prediction_outputs,
};
use crate::text_model::model;

/// Builds the graph from `features`, float `[N, vocabulary]`, to `probability`, float `[N]`, and
/// `label`, string `[N]`.
///
/// Column c of `features` counts the occurrences of term c of the pipeline, in the order of
/// [`Pipeline::terms`].
#[must_use]
pub fn features_model(pipeline: &Pipeline) -> ModelProto {
    let columns = pipeline.terms().count();
    let mut nodes = linear_nodes_of(pipeline);
    nodes.extend(prediction_nodes());

    let has_words = !pipeline.vocabulary().is_empty();
    let idf = has_words.then(|| {
        let idf = pipeline.idf();
        float_tensor(tensor::IDF, &[idf.len()], idf)
    });
    let initializer = idf
        .into_iter()
        .chain(linear_initializers(pipeline))
        .chain(prediction_initializers(pipeline))
        .collect();

    let graph = GraphProto {
        name: "relevance_features".to_owned(),
        node: nodes,
        initializer,
        input: vec![value_info(tensor::FEATURES, DataType::Float, Some(columns))],
        output: prediction_outputs(),
        ..GraphProto::default()
    };
    let doc_string = format!(
        "Input `features`: float [N, {columns}], how often each term of the vocabulary file occurs \
         in each text. Outputs `probability`: float [N]; `label`: string [N]."
    );

    ModelProto {
        doc_string,
        ..model(pipeline, graph)
    }
}

/// Returns the nodes from `features` to `logit`.
fn linear_nodes_of(pipeline: &Pipeline) -> Vec<NodeProto> {
    let weighted = |counts: &str| node("Mul", &[counts, tensor::IDF], tensor::WEIGHTED, vec![]);
    let words = pipeline.vocabulary().len();

    match pipeline.characters() {
        None => {
            let mut nodes = vec![weighted(tensor::FEATURES)];
            nodes.extend(linear_nodes());
            nodes
        }
        Some(_) if words == 0 => {
            let (input, output) = (tensor::FEATURES, tensor::CHARACTER_COUNTS);
            let mut nodes = vec![node("Identity", &[input], output, vec![])];
            nodes.extend(character_linear_nodes());
            nodes
        }
        Some(block) => {
            let bounds = [0, words, words + block.vocabulary().len()]
                .map(|bound| i64::try_from(bound).expect("a length in memory fits into an i64"));
            let mut nodes = vec![
                constant("sliced_axis", int_tensor("", &[1])),
                constant("first_word", int_tensor("", &bounds[..1])),
                constant("first_ngram", int_tensor("", &bounds[1..2])),
                constant("columns", int_tensor("", &bounds[2..])),
                slice("first_word", "first_ngram", "word_counts"),
                weighted("word_counts"),
                slice("first_ngram", "columns", tensor::CHARACTER_COUNTS),
            ];
            nodes.extend(union_linear_nodes());
            nodes
        }
    }
}

fn slice(start: &str, end: &str, output: &str) -> NodeProto {
    node(
        "Slice",
        &[tensor::FEATURES, start, end, "sliced_axis"],
        output,
        vec![],
    )
}
