//! The numeric part alone, for runtimes without strings: the caller counts the terms.

use relevance_pipeline::Pipeline;
use relevance_pipeline::graph::tensor;
use tract_onnx::pb::{GraphProto, ModelProto, tensor_proto::DataType};

use crate::proto::{float_tensor, node, value_info};
use crate::text::{
    linear_initializers, linear_nodes, model, verdict_initializers, verdict_nodes, verdict_outputs,
};

/// The graph from `features` float `[N, vocabulary]`, how often each term occurs in each text, to `probability` float `[N]` and
/// `label` string `[N]`.
///
/// Column c counts the term c of the pipeline's vocabulary.
#[must_use]
pub fn features_model(pipeline: &Pipeline) -> ModelProto {
    let columns = pipeline.vocabulary().len();
    let mut nodes = vec![node(
        "Mul",
        &[tensor::FEATURES, tensor::IDF],
        tensor::WEIGHTED,
        vec![],
    )];
    nodes.extend(linear_nodes(tensor::COEFFICIENTS, tensor::INTERCEPT));
    nodes.extend(verdict_nodes());
    let idf = float_tensor(tensor::IDF, &[columns], pipeline.idf());
    let graph = GraphProto {
        name: "relevance_features".to_owned(),
        node: nodes,
        initializer: std::iter::once(idf)
            .chain(linear_initializers(pipeline))
            .chain(verdict_initializers(pipeline))
            .collect(),
        input: vec![value_info(tensor::FEATURES, DataType::Float, Some(columns))],
        output: verdict_outputs(),
        ..GraphProto::default()
    };
    let doc_string = format!(
        "Input `features`: float [N, {columns}], how often each term of the vocabulary file occurs in each text. Outputs \
         `probability`: float [N]; `label`: string [N]."
    );
    ModelProto {
        doc_string,
        ..model(pipeline, graph)
    }
}
