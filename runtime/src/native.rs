//! The native engine: the graph of a text model, computed in one pass over the tokens of a text.
//!
//! tract's plan for such a graph is one fused operator and three nodes for the prediction. The pass
//! computes the same without tensors or copies of the texts, in buffers that stay allocated.

use std::cell::RefCell;
use std::sync::Arc;

use relevance_pipeline::graph::{CALLS, Node, PREDICTION, tensor};
use relevance_pipeline::{
    Coefficients, Explanation, Prediction, Projection, ScoreBuffer, Scorer, TokenCounts,
};
use tract_onnx::pb::{ModelProto, NodeProto, TensorProto};
use tract_onnx::tract_hir::internal::*;

use crate::info::ModelInfo;
use crate::operators::TfIdfLinear;
use crate::scored_text::ScoredText;

thread_local! {
    /// Buffer of the thread, reused from text to text.
    static BUFFER: RefCell<ScoreBuffer> = RefCell::default();
}

/// Vocabulary and linear model of a file; the vocabulary is shared with tract's plan.
#[derive(Debug)]
pub(crate) struct NativeModel {
    scorer: Arc<Scorer>,
    /// Weights of the terms of tokens: `[vocabulary]`.
    words: Vec<f32>,
    /// Weights of the character n-grams: `[ngrams]`.
    characters: Vec<f32>,
    intercept: f32,
}

/// Returns whether the native engine computes the main graph: its nodes are those that the exporter
/// writes, and its threshold and labels are those of the metadata.
pub(crate) fn is_native_graph(proto: &ModelProto, info: &ModelInfo) -> bool {
    let Some(graph) = &proto.graph else {
        return false;
    };

    let is_known = |(node, known): (&NodeProto, &Node)| {
        node.op_type == known.operator
            && node.input == known.inputs
            && node.output == [known.output]
    };

    let constant = |name: &str| graph.initializer.iter().find(|tensor| tensor.name == name);
    let is_threshold = |tensor: &TensorProto| tensor.raw_data == info.threshold.to_le_bytes();
    let is_label = |name, label: &str| {
        constant(name).is_some_and(|tensor| tensor.string_data == [label.as_bytes()])
    };

    let is_known_graph = |call: Node| {
        let known: Vec<Node> = std::iter::once(call).chain(PREDICTION).collect();
        graph.node.len() == known.len() && graph.node.iter().zip(&known).all(is_known)
    };

    CALLS.into_iter().any(is_known_graph)
        && constant(tensor::THRESHOLD).is_some_and(is_threshold)
        && is_label(tensor::RELEVANT_LABEL, &info.labels.relevant)
        && is_label(tensor::NOT_RELEVANT_LABEL, &info.labels.not_relevant)
}

impl NativeModel {
    /// Reads the numbers of the fused operator in tract's plan; `None` when the plan has no such
    /// operator.
    pub(crate) fn find(model: &TypedModel) -> TractResult<Option<Self>> {
        let call = model
            .nodes()
            .iter()
            .find_map(|node| Some((node, node.op_as::<TfIdfLinear>()?)));
        let Some((node, operator)) = call else {
            return Ok(None);
        };

        let mut tensors: Vec<Vec<f32>> = vec![vec![]];
        for &input in &node.inputs[1..] {
            let fact = model.outlet_fact(input)?;
            let constant = fact
                .konst
                .as_ref()
                .context("the linear model is not a constant")?;
            tensors.push(constant.try_as_plain_ram()?.as_slice::<f32>()?.to_vec());
        }
        let inputs: Vec<&[f32]> = tensors.iter().map(Vec::as_slice).collect();
        let (coefficients, intercept) = operator.linear_model(&inputs)?;

        Ok(Some(Self {
            scorer: Arc::clone(operator.scorer()),
            words: coefficients.words.to_vec(),
            characters: coefficients.characters.to_vec(),
            intercept,
        }))
    }

    fn coefficients(&self) -> Coefficients<'_> {
        Coefficients {
            words: &self.words,
            characters: &self.characters,
        }
    }

    /// Returns one prediction per text, with the bits of the reference.
    pub(crate) fn predict<T: AsRef<str>>(&self, texts: &[T], threshold: f32) -> Vec<Prediction> {
        self.project(texts, |projection| self.prediction(projection, threshold))
    }

    /// Returns one prediction per text, with the number of its known terms.
    pub(crate) fn score<T: AsRef<str>>(&self, texts: &[T], threshold: f32) -> Vec<ScoredText> {
        self.project(texts, |projection| ScoredText {
            prediction: self.prediction(projection, threshold),
            known_terms: Some(projection.known_terms),
        })
    }

    /// Returns the number of known terms of each text.
    pub(crate) fn known_terms<T: AsRef<str>>(&self, texts: &[T]) -> Vec<u32> {
        self.project(texts, |projection| projection.known_terms)
    }

    fn prediction(&self, projection: Projection, threshold: f32) -> Prediction {
        Prediction::from_logit(projection.product + f64::from(self.intercept), threshold)
    }

    fn project<T: AsRef<str>, R>(&self, texts: &[T], convert: impl Fn(Projection) -> R) -> Vec<R> {
        BUFFER.with_borrow_mut(|buffer| {
            let convert = |text: &T| {
                let text = text.as_ref();
                convert(self.scorer.project(text, self.coefficients(), buffer))
            };
            let converted = texts.iter().map(convert).collect();

            buffer.trim();
            converted
        })
    }

    /// Returns the contributions of the terms and tokens of `text` to its logit.
    pub(crate) fn explain(&self, text: &str) -> Explanation {
        self.scorer
            .explain(text, self.coefficients(), self.intercept)
    }

    /// Counts the tokens of `texts`, and those that are terms by themselves.
    pub(crate) fn count_tokens<T: AsRef<str>>(&self, texts: &[T]) -> TokenCounts {
        BUFFER.with_borrow_mut(|buffer| {
            let counts = texts
                .iter()
                .map(|text| self.scorer.count_tokens(text.as_ref(), buffer))
                .sum();

            buffer.trim();
            counts
        })
    }
}
