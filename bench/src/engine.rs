//! The engines that answer for a model file: to add one, add a variant and its arms.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use relevance_export::{inline_functions, to_bytes};
use relevance_runtime::{Engine, OnnxRuntime, Session, TractEngine};
use serde::Serialize;

use crate::ModelFile;

/// An engine, by the name that programs and tables know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum EngineKind {
    /// `Session::predict`, which serves.
    Session,
    /// tract's plan for the file, with the native operator.
    Plan,
    /// `Pipeline::predict`, the definition.
    Reference,
    /// tract on the file with its function inlined, node by node.
    Inlined,
    /// onnxruntime on the file, one thread.
    Onnxruntime,
}

impl EngineKind {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 5] = [
        Self::Session,
        Self::Plan,
        Self::Reference,
        Self::Inlined,
        Self::Onnxruntime,
    ];

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "relevance",
            Self::Plan => "tract, fused",
            Self::Reference => "the definition",
            Self::Inlined => "tract, node by node",
            Self::Onnxruntime => "onnxruntime",
        }
    }

    /// What it does for a text.
    #[must_use]
    pub const fn work(self) -> &'static str {
        match self {
            Self::Session => {
                "`Session::predict`, which serves: one pass over the tokens of each text"
            }
            Self::Plan => "tract's plan for the file, with our function as one native operator",
            Self::Reference => {
                "`Pipeline::predict`, which defines the answer and is written to be read"
            }
            Self::Inlined => {
                "the file with its function inlined, on tract: a row as wide as the vocabulary for each text"
            }
            Self::Onnxruntime => {
                "the file as it is, on onnxruntime through its C interface, one thread"
            }
        }
    }

    /// Whether a text costs it a row as wide as the vocabulary.
    #[must_use]
    pub const fn is_dense(self) -> bool {
        matches!(self, Self::Inlined | Self::Onnxruntime)
    }

    /// Whether it takes memory from Rust's allocator, which can count.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        !matches!(self, Self::Onnxruntime)
    }

    /// Makes it ready for texts; `onnxruntime` is that engine's shared library.
    ///
    /// # Errors
    /// When the engine refuses the file, or the library is needed and not there.
    pub fn load(self, file: &ModelFile, onnxruntime: Option<&Path>) -> Result<Box<dyn Engine>> {
        Ok(match self {
            Self::Session => Box::new(Session::from_bytes(&file.bytes)?),
            Self::Plan => Box::new(TractEngine(Session::from_bytes(&file.bytes)?)),
            Self::Reference => Box::new(file.pipeline.clone()),
            Self::Inlined => Box::new(Session::from_bytes(&to_bytes(&inline_functions(
                &file.model,
            )?))?),
            Self::Onnxruntime => {
                let library = onnxruntime
                    .context("onnxruntime needs its shared library: give `--onnxruntime FILE`")?;
                Box::new(OnnxRuntime::from_bytes(
                    library,
                    &file.bytes,
                    &file.pipeline.labels().relevant,
                )?)
            }
        })
    }
}
