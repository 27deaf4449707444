//! The graph without strings, for runtimes that lack them: the caller counts the terms.

use relevance_pipeline::Pipeline;
use relevance_pipeline::graph::tensor;

use crate::constructors::{float_tensor, node, value_info};
use crate::function::linear_nodes;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{GraphProto, ModelProto};
use crate::prediction::{
    linear_initializers, prediction_initializers, prediction_nodes, prediction_outputs,
};
use crate::text_model::model;

/// Builds the graph from `features`, float `[N, vocabulary]`, to `probability`, float `[N]`, and
/// `label`, string `[N]`.
///
/// Column c of `features` counts the occurrences of term c of the pipeline's vocabulary.
#[must_use]
pub fn features_model(pipeline: &Pipeline) -> ModelProto {
    let columns = pipeline.vocabulary().len();
    let mut nodes = vec![node(
        "Mul",
        &[tensor::FEATURES, tensor::IDF],
        tensor::WEIGHTED,
        vec![],
    )];
    nodes.extend(linear_nodes());
    nodes.extend(prediction_nodes());

    let idf = float_tensor(tensor::IDF, &[columns], pipeline.idf());
    let initializer = std::iter::once(idf)
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
