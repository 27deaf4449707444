//! A loaded model, ready for texts.

use std::sync::Arc;

use prost::Message as _;
use relevance_pipeline::GoldenSentence;
use relevance_pipeline::graph::{metadata, tensor};
use sha2::{Digest as _, Sha256};
use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::*;

use crate::linear::{Linear, is_linear};
use crate::parity::TOLERANCE;
use crate::{Explanation, ModelInfo, Prediction, RuntimeError, TokenCounts, operators};

/// SHA-256 of the body of the function that [`operators::TfIdfLinear`] computes, as protobuf.
const FUNCTION_FINGERPRINT: &str =
    "26781cb9a1b6c946b591cf5e4709628206d9e29211feb3d54bdc2080dad472ce";

/// A loaded model; many threads may share one.
///
/// tract reads, checks and plans the file. Where its graph is the one that training writes, texts are answered by a pass of
/// our own over their tokens, and [`check_golden`](Self::check_golden) holds the pass against the plan; any other graph is
/// run by tract.
#[derive(Debug)]
pub struct Session {
    plan: Arc<TypedRunnableModel>,
    info: ModelInfo,
    /// What a file without our function lacks.
    linear: Option<Linear>,
    /// Whether the rest of the graph, too, is what a pass computes.
    is_linear: bool,
}

impl Session {
    /// Loads a text model from the bytes of its file.
    ///
    /// # Errors
    /// When the bytes are not ONNX, the file is not a text model of this tool, its function is not the one that the native
    /// operator computes, or tract refuses the graph.
    pub fn from_bytes(model: &[u8]) -> Result<Self, RuntimeError> {
        let proto = ModelProto::decode(model).map_err(RuntimeError::NotOnnx)?;
        check_functions(&proto)?;
        check_input(&proto)?;
        let info = ModelInfo::read(&proto)?;
        let plan = plan(&proto).map_err(RuntimeError::Load)?;
        let linear = Linear::find(plan.model()).map_err(RuntimeError::Load)?;
        let is_linear = linear.is_some() && is_linear(&proto, &info);
        Ok(Self {
            plan,
            info,
            linear,
            is_linear,
        })
    }

    /// What the model file says about itself.
    #[must_use]
    pub const fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// Probability and verdict for each text, in their order; none for none.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when the graph fails.
    pub fn predict<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Prediction>, RuntimeError> {
        match &self.linear {
            Some(linear) if self.is_linear => Ok(linear.predict(texts, self.info.threshold)),
            _ => self.predict_with_tract(texts),
        }
    }

    /// Returns one prediction per text, in their order, relevant from `threshold` on instead of from the model's.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when the graph fails.
    pub fn predict_with_threshold<T: AsRef<str>>(
        &self,
        texts: &[T],
        threshold: f32,
    ) -> Result<Vec<Prediction>, RuntimeError> {
        if let Some(linear) = self.linear.as_ref().filter(|_| self.is_linear) {
            return Ok(linear.predict(texts, threshold));
        }

        let predictions = self.predict_with_tract(texts)?.into_iter();
        Ok(predictions
            .map(|prediction| Prediction::from_probability(prediction.probability, threshold))
            .collect())
    }

    /// What [`predict`](Self::predict) gives, by tract whatever the graph.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when the graph fails.
    pub fn predict_with_tract<T: AsRef<str>>(
        &self,
        texts: &[T],
    ) -> Result<Vec<Prediction>, RuntimeError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        self.run(texts).map_err(|source| RuntimeError::Run {
            texts: texts.len(),
            source,
        })
    }

    /// Answers the sentences that the file carries, in both ways, and compares with the answers that stand beside them;
    /// their number.
    ///
    /// # Errors
    /// [`RuntimeError::Golden`] when an answer is more than [`TOLERANCE`] away, [`RuntimeError::Metadata`] when there are none.
    pub fn check_golden(&self) -> Result<usize, RuntimeError> {
        let unusable = RuntimeError::Metadata {
            key: metadata::GOLDEN,
        };
        let entry = self
            .info
            .metadata
            .get(metadata::GOLDEN)
            .and_then(|entry| serde_json::from_str(entry).ok());
        let golden: Vec<GoldenSentence> = entry.ok_or(unusable)?;
        let texts: Vec<&str> = golden
            .iter()
            .map(|sentence| sentence.text.as_str())
            .collect();
        for predictions in [self.predict(&texts)?, self.predict_with_tract(&texts)?] {
            for (
                GoldenSentence {
                    text,
                    probability: want,
                },
                prediction,
            ) in golden.iter().zip(predictions)
            {
                let got = prediction.probability;
                if (got - want).abs() > TOLERANCE {
                    return Err(RuntimeError::Golden {
                        text: text.clone(),
                        got,
                        want: *want,
                    });
                }
            }
        }
        Ok(golden.len())
    }

    /// What each known term and each token of `text` adds to its logit.
    ///
    /// # Errors
    /// [`RuntimeError::Inlined`] for a file without our function.
    pub fn explain(&self, text: &str) -> Result<Explanation, RuntimeError> {
        Ok(self.linear()?.explain(text))
    }

    /// How many tokens `texts` have, and how many of them the model knows by themselves.
    ///
    /// # Errors
    /// [`RuntimeError::Inlined`] for a file without our function.
    pub fn count_tokens<T: AsRef<str>>(&self, texts: &[T]) -> Result<TokenCounts, RuntimeError> {
        Ok(self.linear()?.count_tokens(texts))
    }

    fn linear(&self) -> Result<&Linear, RuntimeError> {
        self.linear.as_ref().ok_or(RuntimeError::Inlined)
    }

    fn run<T: AsRef<str>>(&self, texts: &[T]) -> TractResult<Vec<Prediction>> {
        let texts: tract_ndarray::Array1<String> =
            texts.iter().map(|text| text.as_ref().to_owned()).collect();
        let outputs = self.plan.run(tvec!(texts.into_tensor().into_tvalue()))?;
        let probabilities = outputs[0].try_as_plain_ram()?;
        let labels = outputs[1].try_as_plain_ram()?;
        let predictions = probabilities
            .as_slice::<f32>()?
            .iter()
            .zip(labels.as_slice::<String>()?);
        Ok(predictions
            .map(|(&probability, label)| Prediction {
                probability,
                relevant: *label == self.info.labels.relevant,
            })
            .collect())
    }
}

fn plan(proto: &ModelProto) -> TractResult<Arc<TypedRunnableModel>> {
    let mut onnx = onnx();
    operators::register(&mut onnx.op_register);
    onnx.model_for_proto_model(proto)?
        .with_outputs_by_name([tensor::PROBABILITY, tensor::LABEL])?
        .into_typed()?
        .into_optimized()?
        .into_runnable()
}

/// The native operator is found by name, so the name must stand for the nodes that it was written for.
fn check_functions(proto: &ModelProto) -> Result<(), RuntimeError> {
    for function in &proto.functions {
        let got = hex::encode(Sha256::digest(function.encode_to_vec()));
        if got != FUNCTION_FINGERPRINT {
            let name = format!("{}::{}", function.domain(), function.name());
            return Err(RuntimeError::UnknownFunction {
                name,
                got,
                want: FUNCTION_FINGERPRINT,
            });
        }
    }
    Ok(())
}

fn check_input(proto: &ModelProto) -> Result<(), RuntimeError> {
    let inputs = proto
        .graph
        .iter()
        .flat_map(|graph| &graph.input)
        .map(|input| input.name.as_str());
    let inputs: Vec<&str> = inputs.collect();
    if inputs != [tensor::TEXT] {
        return Err(RuntimeError::Input {
            got: inputs.join("`, `"),
        });
    }
    Ok(())
}
