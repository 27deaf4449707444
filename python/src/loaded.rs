//! A model file, read and checked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::thread;

use relevance_export::{ExportError, ModelProto, parse, pipeline_from_model, text_model};
use relevance_pipeline::graph::metadata;
use relevance_pipeline::{
    Explanation, GoldenMismatch, GoldenSentence, Pipeline, Prediction, ScoreBuffer, Scorer,
};

use crate::error::chain;

thread_local! {
    /// Buffer of the thread, reused from text to text.
    static BUFFER: RefCell<ScoreBuffer> = RefCell::default();
}

/// An error in a model file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The bytes hold no text model.
    #[error("{}", chain(.0))]
    File(#[from] ExportError),
    /// The graph computes something else than the native pass.
    #[error(
        "the graph of the model is not the one that `relevance export` writes: this package \
         scores only such files, onnxruntime runs others"
    )]
    OtherGraph,
    /// The file has no golden sentences.
    #[error("the model's metadata has no usable entry `{}`", metadata::GOLDEN)]
    NoGolden,
    /// The native pass and the file differ on a golden sentence.
    #[error(transparent)]
    Golden(#[from] GoldenMismatch),
}

/// Probability and number of known terms of each text, in their order.
///
/// A missing text has the probability NaN and no known terms.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) probabilities: Vec<f32>,
    pub(crate) known_terms: Vec<u32>,
}

impl Columns {
    /// Returns the columns of so many missing texts.
    fn missing(texts: usize) -> Self {
        Self {
            probabilities: vec![f32::NAN; texts],
            known_terms: vec![0; texts],
        }
    }

    /// Adds the rows of other columns behind those of these.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.probabilities.append(&mut other.probabilities);
        self.known_terms.append(&mut other.known_terms);
    }
}

/// A model file whose golden sentences were answered.
#[derive(Debug)]
pub(crate) struct LoadedModel {
    pipeline: Pipeline,
    scorer: Scorer,
    metadata: BTreeMap<String, String>,
}

impl LoadedModel {
    /// Reads the bytes of a model file and checks its graph and golden sentences.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let proto = parse(bytes)?;
        let pipeline = pipeline_from_model(&proto)?;
        if !is_exported_graph(&proto, &pipeline) {
            return Err(LoadError::OtherGraph);
        }

        let entries = proto.metadata_props.into_iter();
        let loaded = Self {
            scorer: Scorer::from(&pipeline),
            pipeline,
            metadata: entries.map(|entry| (entry.key, entry.value)).collect(),
        };
        loaded.check_golden()?;
        Ok(loaded)
    }

    /// Predicts the golden sentences of the file and compares the probabilities with those in it.
    fn check_golden(&self) -> Result<(), LoadError> {
        let golden: Vec<GoldenSentence> = self
            .metadata
            .get(metadata::GOLDEN)
            .and_then(|entry| serde_json::from_str(entry).ok())
            .filter(|golden: &Vec<_>| !golden.is_empty())
            .ok_or(LoadError::NoGolden)?;

        for sentence in golden {
            let mut columns = Columns::missing(1);
            let Columns {
                probabilities,
                known_terms,
            } = &mut columns;
            self.score_block(&[Some(&sentence.text)], probabilities, known_terms);
            sentence.check(columns.probabilities[0])?;
        }
        Ok(())
    }

    /// Returns the pipeline of the file.
    pub(crate) const fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Returns every entry of the file's metadata.
    pub(crate) const fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Scores texts on as many threads; `None` is a missing text.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub(crate) fn score(
        &self,
        texts: &[Option<&str>],
        threads: NonZeroUsize,
    ) -> io::Result<Columns> {
        let mut columns = Columns::missing(texts.len());
        let block = texts.len().div_ceil(threads.get()).max(1);
        let outputs = columns
            .probabilities
            .chunks_mut(block)
            .zip(columns.known_terms.chunks_mut(block));
        let mut blocks = texts.chunks(block).zip(outputs);

        thread::scope(|scope| -> io::Result<()> {
            let first = blocks.next();
            for (texts, (probabilities, known_terms)) in blocks {
                let score = move || self.score_block(texts, probabilities, known_terms);
                thread::Builder::new().spawn_scoped(scope, score)?;
            }
            if let Some((texts, (probabilities, known_terms))) = first {
                self.score_block(texts, probabilities, known_terms);
            }
            Ok(())
        })?;
        Ok(columns)
    }

    fn score_block(&self, texts: &[Option<&str>], probabilities: &mut [f32], known: &mut [u32]) {
        let (coefficients, intercept) = ((&self.pipeline).into(), self.pipeline.intercept());
        let threshold = self.pipeline.threshold();
        BUFFER.with_borrow_mut(|buffer| {
            let outputs = probabilities.iter_mut().zip(known);
            for (text, (probability, known)) in texts.iter().zip(outputs) {
                let Some(text) = text else { continue };
                let projection = self.scorer.project(text, coefficients, buffer);
                let logit = projection.product + f64::from(intercept);
                *probability = Prediction::from_logit(logit, threshold).probability;
                *known = projection.known_terms;
            }
            buffer.trim();
        });
    }

    /// Returns the contributions of the terms and tokens of `text` to its logit.
    pub(crate) fn explain(&self, text: &str) -> Explanation {
        let (coefficients, intercept) = ((&self.pipeline).into(), self.pipeline.intercept());
        self.scorer.explain(text, coefficients, intercept)
    }
}

/// Returns whether the file has the nodes and functions that the pipeline is exported with.
fn is_exported_graph(proto: &ModelProto, pipeline: &Pipeline) -> bool {
    let exported = text_model(pipeline);
    let nodes = |model: &ModelProto| model.graph.as_ref().map(|graph| graph.node.clone());
    proto.functions == exported.functions && nodes(proto) == nodes(&exported)
}
