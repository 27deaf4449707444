//! Inference: from a request to tensors, for REST and gRPC.

use crate::http::request_id::RequestId;
use crate::oip::error::ProtocolError;
use crate::oip::requested_model::RequestedModel;
use crate::oip::tensor_names::Output;
use crate::oip::tensors::{Elements, Form, Input, Tensor};
use crate::predict::classification::Classification;
use crate::problem::{Problem, TextLocation};
use crate::state::ServiceState;

/// A parsed request for inference.
#[derive(Debug)]
pub(crate) struct Inference<'a> {
    pub(crate) requested: &'a RequestedModel,
    pub(crate) input: Input<'a>,
    /// Overrides the model's threshold.
    pub(crate) threshold: Option<f64>,
    pub(crate) outputs: Vec<Output>,
}

/// The predictions, and the requested form of the outputs.
pub(crate) struct Inferred {
    classification: Classification,
    form: Form,
    outputs: Vec<Output>,
}

impl ServiceState {
    /// Classifies the texts of a request with the version that it names.
    pub(crate) async fn infer(
        &self,
        id: &RequestId,
        inference: Inference<'_>,
    ) -> Result<Inferred, ProtocolError> {
        let Inference {
            requested,
            input,
            threshold,
            outputs,
        } = inference;

        requested.check(self)?;
        let classification = self
            .classify(id, &input.texts, threshold, TextLocation::Element)
            .await?;
        // A reload may have swapped the model since the first check.
        requested.check_version(&classification.model)?;

        // Either all texts have the count or, for a model with inlined functions, none.
        let counts = classification
            .scored
            .iter()
            .all(|text| text.known_terms.is_some());
        if outputs.contains(&Output::KnownTerms) && !counts {
            return Err(Problem::NotExplainable.into());
        }

        Ok(Inferred {
            classification,
            form: input.form,
            outputs,
        })
    }
}

impl Inferred {
    /// Name of the model that predicted.
    pub(crate) fn model(&self) -> &str {
        &self.classification.model.identity().name
    }

    /// Number of the version that predicted.
    pub(crate) fn version(&self) -> String {
        self.classification.model.identity().version.to_string()
    }

    /// Probability from which a text is relevant.
    pub(crate) const fn threshold(&self) -> f32 {
        self.classification.threshold
    }

    /// The outputs, in the requested order.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = Tensor<'_>> {
        let Self {
            classification,
            form,
            outputs,
        } = self;

        let scored = &classification.scored;
        outputs.iter().map(move |&output| Tensor {
            output,
            shape: form.shape(scored.len()),
            elements: match output {
                Output::Probability => Elements::Floats(
                    scored
                        .iter()
                        .map(|text| text.prediction.probability)
                        .collect(),
                ),
                Output::Label => Elements::Texts(
                    scored
                        .iter()
                        .map(|text| classification.label(text.prediction))
                        .collect(),
                ),
                Output::KnownTerms => Elements::Integers(
                    scored
                        .iter()
                        .filter_map(|text| text.known_terms.map(i64::from))
                        .collect(),
                ),
            },
        })
    }
}
