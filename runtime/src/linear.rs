//! The model as one pass over the tokens of a text, without tensors.
//!
//! What tract makes of the file ends in one native operator and three nodes for the verdict; a pass computes the same for one
//! text after the other, and needs no strings of its own, no tensors and no memory.

use std::cell::RefCell;
use std::sync::Arc;

use relevance_pipeline::graph::{self, tensor};
use relevance_pipeline::{Explanation, Prediction, ScoreBuffer, Scorer, TokenCounts};
use tract_onnx::pb::{ModelProto, NodeProto};
use tract_onnx::tract_hir::internal::*;

use crate::ModelInfo;
use crate::operators::TfIdfLinear;

thread_local! {
    /// What a thread uses again from text to text.
    static BUFFER: RefCell<ScoreBuffer> = RefCell::default();
}

/// The vocabulary with its weights, which the plan holds too, and the linear model.
#[derive(Debug)]
pub struct Linear {
    scorer: Arc<Scorer>,
    /// By column: `[vocabulary]`.
    coefficients: Vec<f32>,
    intercept: f32,
}

/// Whether the main graph is the one that training writes: the nodes, and a verdict by what the file says about itself.
pub fn is_linear(proto: &ModelProto, info: &ModelInfo) -> bool {
    let Some(main) = &proto.graph else {
        return false;
    };
    let is_known = |(node, known): (&NodeProto, &graph::Node)| {
        node.op_type == known.operator
            && node.input == known.inputs
            && node.output == [known.output]
    };
    let known: Vec<graph::Node> = std::iter::once(graph::CALL)
        .chain(graph::PREDICTION)
        .collect();

    let constant = |name: &str| main.initializer.iter().find(|tensor| tensor.name == name);
    let is_label = |name, label: &str| {
        constant(name).is_some_and(|tensor| tensor.string_data == [label.as_bytes()])
    };

    main.node.len() == known.len()
        && main.node.iter().zip(&known).all(is_known)
        && constant(tensor::THRESHOLD)
            .is_some_and(|tensor| tensor.raw_data == info.threshold.to_le_bytes())
        && is_label(tensor::RELEVANT_LABEL, &info.labels.relevant)
        && is_label(tensor::NOT_RELEVANT_LABEL, &info.labels.not_relevant)
}

impl Linear {
    /// Takes the numbers from the call of our function, if there is one.
    pub fn find(model: &TypedModel) -> TractResult<Option<Self>> {
        let call = model
            .nodes()
            .iter()
            .find_map(|node| Some((node, node.op_as::<TfIdfLinear>()?)));
        let Some((node, operator)) = call else {
            return Ok(None);
        };
        let floats = |place: usize| -> TractResult<Vec<f32>> {
            let fact = model.outlet_fact(node.inputs[place])?;
            let tensor = fact
                .konst
                .as_ref()
                .context("the linear model is no constant")?;
            Ok(tensor.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
        };
        let (coefficients, intercept) = (floats(1)?, floats(2)?);
        let scorer = Arc::clone(operator.scorer());
        ensure!(
            coefficients.len() == scorer.terms(),
            "{} coefficients for {} terms",
            coefficients.len(),
            scorer.terms()
        );
        let intercept = *intercept.first().context("no intercept")?;
        Ok(Some(Self {
            scorer,
            coefficients,
            intercept,
        }))
    }

    /// Probability and verdict for each text, as the reference gives them.
    pub fn predict<T: AsRef<str>>(&self, texts: &[T], threshold: f32) -> Vec<Prediction> {
        let intercept = f64::from(self.intercept);
        BUFFER.with_borrow_mut(|buffer| {
            let predict = |text: &T| {
                let logit = self
                    .scorer
                    .project(text.as_ref(), &self.coefficients, buffer)
                    + intercept;
                Prediction::from_logit(logit, threshold)
            };
            let predictions = texts.iter().map(predict).collect();
            buffer.trim();
            predictions
        })
    }

    pub fn explain(&self, text: &str) -> Explanation {
        self.scorer
            .explain(text, &self.coefficients, self.intercept)
    }

    pub fn count_tokens<T: AsRef<str>>(&self, texts: &[T]) -> TokenCounts {
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
