//! One way from a request to tensors, for REST and gRPC.

use crate::http::request_id::RequestId;
use crate::oip::error::ProtocolError;
use crate::oip::requested_model::RequestedModel;
use crate::oip::tensor_names::Output;
use crate::oip::tensors::{Elements, Form, Input, Tensor};
use crate::predict::classification::Classification;
use crate::problem::TextLocation;
use crate::state::ServiceState;

/// A request, once its texts are read.
#[derive(Debug)]
pub(crate) struct Inference<'a> {
    pub(crate) requested: &'a RequestedModel,
    pub(crate) input: Input<'a>,
    /// Stands in for the model's.
    pub(crate) threshold: Option<f64>,
    pub(crate) outputs: Vec<Output>,
}

/// The verdicts, and how the request wants them.
pub(crate) struct Inferred {
    classification: Classification,
    form: Form,
    outputs: Vec<Output>,
}

impl ServiceState {
    /// Judges the texts of a request, by the version that it names.
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
        // Another version may have taken the place of the one that was there a moment ago.
        requested.check_version(&classification.model)?;
        Ok(Inferred {
            classification,
            form: input.form,
            outputs,
        })
    }
}

impl Inferred {
    /// The name of the model that answered.
    pub(crate) fn model(&self) -> &str {
        &self.classification.model.manifest().name
    }

    /// The number of the version that answered.
    pub(crate) fn version(&self) -> String {
        self.classification.model.manifest().version.to_string()
    }

    /// The probability from which a text is relevant.
    pub(crate) const fn threshold(&self) -> f32 {
        self.classification.threshold
    }

    /// The outputs, in the order that the request asked for.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = Tensor<'_>> {
        let Self {
            classification,
            form,
            outputs,
        } = self;
        let predictions = &classification.predictions;
        outputs.iter().map(move |&output| Tensor {
            output,
            shape: form.shape(predictions.len()),
            elements: match output {
                Output::Probability => {
                    Elements::Floats(predictions.iter().map(|one| one.probability).collect())
                }
                Output::Label => Elements::Texts(
                    predictions
                        .iter()
                        .map(|&one| classification.label(one))
                        .collect(),
                ),
            },
        })
    }
}
