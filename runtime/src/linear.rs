//! The numbers of a loaded model's linear part, for what the graph does not give.

use std::sync::Arc;

use relevance_pipeline::{Explanation, ScoreBuffer, Scorer, TokenCounts};
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::*;

use crate::operators::TfIdfLinear;

/// The vocabulary with its weights, which the plan holds too, and the linear model.
#[derive(Debug)]
pub struct Linear {
    scorer: Arc<Scorer>,
    /// By column: `[vocabulary]`.
    coefficients: Vec<f32>,
    intercept: f32,
}

impl Linear {
    /// Takes them from the call of our function, if there is one.
    pub fn find(model: &TypedModel) -> TractResult<Option<Self>> {
        let call = model.nodes().iter().find_map(|node| Some((node, node.op_as::<TfIdfLinear>()?)));
        let Some((node, operator)) = call else { return Ok(None) };
        let floats = |place: usize| -> TractResult<Vec<f32>> {
            let fact = model.outlet_fact(node.inputs[place])?;
            let tensor = fact.konst.as_ref().context("the linear model is no constant")?;
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
        Ok(Some(Self { scorer, coefficients, intercept }))
    }

    pub fn explain(&self, text: &str) -> Explanation {
        self.scorer.explain(text, &self.coefficients, self.intercept)
    }

    pub fn count_tokens<T: AsRef<str>>(&self, texts: &[T]) -> TokenCounts {
        let mut buffer = ScoreBuffer::default();
        texts.iter().map(|text| self.scorer.count_tokens(text.as_ref(), &mut buffer)).sum()
    }
}
