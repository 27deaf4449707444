//! One way from a request to tensors, for REST and gRPC.

use crate::ServiceState;
use crate::inference_protocol::ProtocolError;
use crate::inference_protocol::address::ModelAddress;
use crate::inference_protocol::tensors::{Elements, Form, Input, Output, Tensor};
use crate::judgement::Judgement;
use crate::request_id::RequestId;
use crate::verdict::TextPlace;

/// A request, once its texts are read.
#[derive(Debug)]
pub(crate) struct Inference<'a> {
    pub(crate) address: &'a ModelAddress,
    pub(crate) input: Input<'a>,
    /// Stands in for the model's.
    pub(crate) threshold: Option<f64>,
    pub(crate) outputs: Vec<Output>,
}

/// The verdicts, and how the request wants them.
pub(crate) struct Inferred {
    judgement: Judgement,
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
            address,
            input,
            threshold,
            outputs,
        } = inference;
        address.check(self)?;
        let judgement = self
            .judge(id, &input.texts, threshold, TextPlace::Element)
            .await?;
        // Another version may have taken the place of the one that was there a moment ago.
        address.check_version(&judgement.model)?;
        Ok(Inferred {
            judgement,
            form: input.form,
            outputs,
        })
    }
}

impl Inferred {
    /// The name of the model that answered.
    pub(crate) fn model(&self) -> &str {
        &self.judgement.model.manifest().name
    }

    /// The number of the version that answered.
    pub(crate) fn version(&self) -> String {
        self.judgement.model.manifest().version.to_string()
    }

    /// The probability from which a text is relevant.
    pub(crate) const fn threshold(&self) -> f32 {
        self.judgement.threshold
    }

    /// The outputs, in the order that the request asked for.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = Tensor<'_>> {
        let Self {
            judgement,
            form,
            outputs,
        } = self;
        let predictions = &judgement.predictions;
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
                        .map(|&one| judgement.label(one))
                        .collect(),
                ),
            },
        })
    }
}
