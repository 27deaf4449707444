//! A loaded model, ready for texts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use prost::Message as _;
use relevance_pipeline::graph::{metadata, operator, tensor};
use relevance_pipeline::{Explanation, GoldenSentence, Prediction, TokenCounts};
use sha2::{Digest as _, Sha256};
use tract_onnx::pb::ModelProto;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::ensure;

use crate::error::RuntimeError;
use crate::info::ModelInfo;
use crate::native::{NativeModel, is_native_graph};
use crate::operators;
use crate::scored_text::ScoredText;

/// SHA-256 of each encoded function that [`operators::TfIdfLinear`] computes, by its name.
const FUNCTION_FINGERPRINTS: [(&str, &str); 3] = [
    (
        operator::TF_IDF_LINEAR,
        "26781cb9a1b6c946b591cf5e4709628206d9e29211feb3d54bdc2080dad472ce",
    ),
    (
        operator::CHARACTER_TF_IDF_LINEAR,
        "9766da91f46a38bf5d54d6da682a449200ce4c6afa6c766527b6c55b53a37315",
    ),
    (
        operator::UNION_TF_IDF_LINEAR,
        "d5fabf390548f8551625a357ef0b19f9ed8befcc8a8cca8fe6770ea1eb931233",
    ),
];

/// A loaded model, which threads can share.
///
/// Two engines compute a session's predictions:
///
/// - tract parses, checks and plans every file. Its plan contains the text function as one fused
///   operator, or node by node when the file was inlined.
/// - The native engine computes the graph that the exporter writes, in one pass over the tokens of
///   each text. It takes its numbers from tract's plan.
///
/// [`predict`](Self::predict) uses the native engine when the file's main graph is the one that the
/// exporter writes, and tract otherwise. [`check_golden`](Self::check_golden) compares both with
/// the probabilities in the file.
#[derive(Debug)]
pub struct Session {
    plan: Arc<TypedRunnableModel>,
    info: ModelInfo,
    /// Numbers of the text function; `None` for an inlined file.
    native: Option<NativeModel>,
    /// Whether the native engine computes the whole graph, and not its text function alone.
    is_native_graph: bool,
}

impl Session {
    /// Loads a text model from the bytes of its file.
    ///
    /// # Errors
    /// When the bytes are not ONNX, the file is not a text model of this tool, its function is not
    /// the one that the fused operator computes, a number is not finite, or tract rejects the graph.
    pub fn from_bytes(model: &[u8]) -> Result<Self, RuntimeError> {
        let proto = ModelProto::decode(model).map_err(RuntimeError::NotOnnx)?;
        check_functions(&proto)?;
        check_input(&proto)?;
        check_numbers(&proto)?;
        let info = ModelInfo::from_proto(&proto)?;

        let plan = catch_panic(|| plan(&proto)).map_err(RuntimeError::Load)?;
        let native = NativeModel::find(plan.model()).map_err(RuntimeError::Load)?;
        let is_native_graph = native.is_some() && is_native_graph(&proto, &info);

        Ok(Self {
            plan,
            info,
            native,
            is_native_graph,
        })
    }

    /// Returns the metadata of the model file.
    #[must_use]
    pub const fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// Returns one prediction per text, in their order.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when tract fails.
    pub fn predict<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Prediction>, RuntimeError> {
        match &self.native {
            Some(native) if self.is_native_graph => Ok(native.predict(texts, self.info.threshold)),
            _ => self.predict_with_tract(texts),
        }
    }

    /// Returns one prediction per text, in their order, with the number of its known terms and with
    /// `threshold` in place of the model's.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when tract fails.
    pub fn score<T: AsRef<str>>(
        &self,
        texts: &[T],
        threshold: f32,
    ) -> Result<Vec<ScoredText>, RuntimeError> {
        if let Some(native) = self.native.as_ref().filter(|_| self.is_native_graph) {
            return Ok(native.score(texts, threshold));
        }

        let known_terms = self.native.as_ref().map(|native| native.known_terms(texts));
        let predictions = self.predict_with_tract(texts)?.into_iter().enumerate();
        Ok(predictions
            .map(|(index, Prediction { probability, .. })| ScoredText {
                prediction: Prediction::from_probability(probability, threshold),
                known_terms: known_terms.as_ref().map(|counts| counts[index]),
            })
            .collect())
    }

    /// Returns the predictions of [`predict`](Self::predict), computed by tract for every graph.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when tract fails.
    pub fn predict_with_tract<T: AsRef<str>>(
        &self,
        texts: &[T],
    ) -> Result<Vec<Prediction>, RuntimeError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }

        catch_panic(|| self.run(texts)).map_err(|source| RuntimeError::Run {
            texts: texts.len(),
            source,
        })
    }

    /// Predicts the golden sentences of the file with both engines, compares the probabilities with
    /// those in the file, and returns the number of sentences.
    ///
    /// # Errors
    /// - [`RuntimeError::Golden`] when a probability differs by more than
    ///   [`GoldenSentence::TOLERANCE`].
    /// - [`RuntimeError::Metadata`] when the file has no golden sentences.
    pub fn check_golden(&self) -> Result<usize, RuntimeError> {
        let golden = self.golden_sentences()?;
        let texts: Vec<&str> = golden
            .iter()
            .map(|sentence| sentence.text.as_str())
            .collect();

        for predictions in [self.predict(&texts)?, self.predict_with_tract(&texts)?] {
            for (sentence, prediction) in golden.iter().zip(predictions) {
                sentence.check(prediction.probability)?;
            }
        }

        Ok(golden.len())
    }

    fn golden_sentences(&self) -> Result<Vec<GoldenSentence>, RuntimeError> {
        let key = metadata::GOLDEN;

        self.info
            .metadata
            .get(key)
            .and_then(|entry| serde_json::from_str(entry).ok())
            .ok_or(RuntimeError::Metadata { key })
    }

    /// Returns the contribution of each known term and each token of `text` to its logit.
    ///
    /// # Errors
    /// [`RuntimeError::Inlined`] for an inlined file.
    pub fn explain(&self, text: &str) -> Result<Explanation, RuntimeError> {
        Ok(self.native()?.explain(text))
    }

    /// Counts the tokens of `texts`, and those that are terms of the vocabulary by themselves.
    ///
    /// # Errors
    /// [`RuntimeError::Inlined`] for an inlined file.
    pub fn count_tokens<T: AsRef<str>>(&self, texts: &[T]) -> Result<TokenCounts, RuntimeError> {
        Ok(self.native()?.count_tokens(texts))
    }

    fn native(&self) -> Result<&NativeModel, RuntimeError> {
        self.native.as_ref().ok_or(RuntimeError::Inlined)
    }

    fn run<T: AsRef<str>>(&self, texts: &[T]) -> TractResult<Vec<Prediction>> {
        let texts: tract_ndarray::Array1<String> =
            texts.iter().map(|text| text.as_ref().to_owned()).collect();
        let outputs = self.plan.run(tvec!(texts.into_tensor().into_tvalue()))?;

        let probabilities = outputs[0].try_as_plain_ram()?;
        let labels = outputs[1].try_as_plain_ram()?;
        let rows = probabilities
            .as_slice::<f32>()?
            .iter()
            .zip(labels.as_slice::<String>()?);

        rows.map(|(&probability, label)| {
            ensure!(
                (0.0..=1.0).contains(&probability),
                "the graph computes {probability}, which is not a probability"
            );
            Ok(Prediction {
                probability,
                relevant: *label == self.info.labels.relevant,
            })
        })
        .collect()
    }
}

/// Calls tract, which panics on some graphs that no exporter writes.
fn catch_panic<T>(call: impl FnOnce() -> TractResult<T>) -> TractResult<T> {
    let result = catch_unwind(AssertUnwindSafe(call));
    result.unwrap_or_else(|_| Err(TractError::msg("tract panicked on the graph")))
}

/// Plans the graph with tract, whose own parser is extended by the text operators.
fn plan(proto: &ModelProto) -> TractResult<Arc<TypedRunnableModel>> {
    let mut onnx = onnx();
    operators::register(&mut onnx.op_register);

    onnx.model_for_proto_model(proto)?
        .with_outputs_by_name([tensor::PROBABILITY, tensor::LABEL])?
        .into_typed()?
        .into_optimized()?
        .into_runnable()
}

/// Checks that the file's functions are those that the fused operator computes, since tract finds
/// operators by name alone.
fn check_functions(proto: &ModelProto) -> Result<(), RuntimeError> {
    for function in &proto.functions {
        let got = hex::encode(Sha256::digest(function.encode_to_vec()));
        let known = FUNCTION_FINGERPRINTS
            .iter()
            .find(|(name, _)| *name == function.name());
        let (_, want) = known.unwrap_or(&FUNCTION_FINGERPRINTS[0]);
        if known.is_none() || got != *want {
            return Err(RuntimeError::UnknownFunction {
                name: format!("{}::{}", function.domain(), function.name()),
                got,
                want,
            });
        }
    }

    Ok(())
}

/// Checks that the graph takes raw text.
fn check_input(proto: &ModelProto) -> Result<(), RuntimeError> {
    let inputs: Vec<&str> = proto
        .graph
        .iter()
        .flat_map(|graph| &graph.input)
        .map(|input| input.name.as_str())
        .collect();

    if inputs == [tensor::TEXT] {
        Ok(())
    } else {
        Err(RuntimeError::Input {
            got: inputs.join("`, `"),
        })
    }
}

/// Checks that the tensors of the graph have finite numbers: tract's sigmoid makes a probability of any
/// other.
fn check_numbers(proto: &ModelProto) -> Result<(), RuntimeError> {
    let tensors = proto.graph.iter().flat_map(|graph| &graph.initializer);
    for tensor in tensors.filter(|tensor| tensor.data_type == DataType::Float as i32) {
        let (stored, _) = tensor.raw_data.as_chunks();
        let numbers = stored.iter().map(|&bytes| f32::from_le_bytes(bytes));
        let mut numbers = numbers.chain(tensor.float_data.iter().copied());

        if let Some(value) = numbers.find(|number| !number.is_finite()) {
            return Err(RuntimeError::NotFinite {
                tensor: tensor.name.clone(),
                value,
            });
        }
    }
    Ok(())
}
