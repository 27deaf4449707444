//! Parts that the graphs with and without strings have in common: the linear model's tensors, and
//! the step from a logit to a prediction.

use relevance_pipeline::Pipeline;
use relevance_pipeline::graph::{PREDICTION, tensor};

use crate::constructors::{float_tensor, known_node, string_tensor, value_info};
use crate::onnx::tensor_proto::DataType;
use crate::onnx::{NodeProto, TensorProto, ValueInfoProto};

/// Returns the tensors of the linear model: coefficients `[vocabulary, 1]`, inverse document
/// frequencies `[ngrams]` and coefficients `[ngrams, 1]` of the character n-grams, as far as the
/// pipeline has them, and the intercept `[1]`.
pub(crate) fn linear_initializers(pipeline: &Pipeline) -> Vec<TensorProto> {
    let mut tensors = Vec::new();
    if !pipeline.vocabulary().is_empty() {
        let shape = [pipeline.vocabulary().len(), 1];
        let coefficients = pipeline.coefficients();
        tensors.push(float_tensor(tensor::COEFFICIENTS, &shape, coefficients));
    }
    if let Some(block) = pipeline.characters() {
        let ngrams = block.vocabulary().len();
        tensors.push(float_tensor(tensor::CHARACTER_IDF, &[ngrams], block.idf()));
        tensors.push(float_tensor(
            tensor::CHARACTER_COEFFICIENTS,
            &[ngrams, 1],
            block.coefficients(),
        ));
    }

    tensors.push(float_tensor(
        tensor::INTERCEPT,
        &[1],
        &[pipeline.intercept()],
    ));
    tensors
}

/// Returns the nodes from `logit` to `probability` and `label`.
pub(crate) fn prediction_nodes() -> [NodeProto; 3] {
    PREDICTION.map(|known| known_node(known, vec![]))
}

/// Returns the tensors that [`prediction_nodes`] read.
pub(crate) fn prediction_initializers(pipeline: &Pipeline) -> [TensorProto; 3] {
    let labels = pipeline.labels();

    [
        float_tensor(tensor::THRESHOLD, &[1], &[pipeline.threshold()]),
        string_tensor(tensor::RELEVANT_LABEL, &[&labels.relevant]),
        string_tensor(tensor::NOT_RELEVANT_LABEL, &[&labels.not_relevant]),
    ]
}

/// Returns the graph outputs that [`prediction_nodes`] compute.
pub(crate) fn prediction_outputs() -> Vec<ValueInfoProto> {
    vec![
        value_info(tensor::PROBABILITY, DataType::Float, None),
        value_info(tensor::LABEL, DataType::String, None),
    ]
}
