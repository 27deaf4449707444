//! The list of the engines, and how to open each of them.

use std::fmt;
use std::str::FromStr;

use crate::error::RuntimeError;

/// An engine, by the name that commands, reports and benchmarks show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EngineKind {
    /// [`Pipeline::predict`](relevance_pipeline::Pipeline::predict): the definition in plain Rust, which the others are compared with.
    Reference,
    /// [`Session::predict`](crate::Session::predict): one pass over the tokens of each text, which serves requests.
    Native,
    /// tract's plan for the file, with its function as one fused operator.
    Tract,
    /// tract's plan for the file with its function inlined, node by node.
    TractInlined,
    /// onnxruntime's shared library on the file, one thread.
    OnnxRuntime,
}

impl EngineKind {
    /// Every engine, in the order in which they are listed.
    pub const ALL: [Self; 5] = [
        Self::Reference,
        Self::Native,
        Self::Tract,
        Self::TractInlined,
        Self::OnnxRuntime,
    ];

    /// Name of the engine.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Native => "native",
            Self::Tract => "tract",
            Self::TractInlined => "tract-inlined",
            Self::OnnxRuntime => "onnxruntime",
        }
    }

    /// Opens the engine for the bytes of a model file; `onnxruntime` is the path of that engine's
    /// shared library.
    ///
    /// # Errors
    /// When the engine rejects the file, or [`Self::OnnxRuntime`] has no shared library.
    #[cfg(feature = "engines")]
    pub fn open(
        self,
        model: &[u8],
        onnxruntime: Option<&std::path::Path>,
    ) -> Result<Box<dyn crate::Engine + Send + Sync>, RuntimeError> {
        use relevance_export::{inline_functions, parse, pipeline_from_model, to_bytes};

        use crate::engine::TractEngine;
        use crate::onnxruntime::OnnxRuntime;
        use crate::session::Session;

        Ok(match self {
            Self::Reference => Box::new(pipeline_from_model(&parse(model)?)?),
            Self::Native => Box::new(Session::from_bytes(model)?),
            Self::Tract => Box::new(TractEngine(Session::from_bytes(model)?)),
            Self::TractInlined => {
                let inlined = to_bytes(&inline_functions(&parse(model)?)?);
                Box::new(Session::from_bytes(&inlined)?)
            }
            Self::OnnxRuntime => {
                let library = onnxruntime.ok_or(RuntimeError::NoOnnxRuntimeLibrary)?;
                let labels = pipeline_from_model(&parse(model)?)?.labels().clone();
                Box::new(OnnxRuntime::from_bytes(library, model, &labels.relevant)?)
            }
        })
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for EngineKind {
    type Err = RuntimeError;

    fn from_str(name: &str) -> Result<Self, RuntimeError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| RuntimeError::UnknownEngine {
                got: name.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_engine() {
        for kind in EngineKind::ALL {
            assert_eq!(kind.as_str().parse::<EngineKind>().unwrap(), kind);
            assert_eq!(kind.to_string(), kind.as_str());
        }
    }

    #[test]
    fn an_unknown_name_is_rejected_with_the_known_ones() {
        let error = "session".parse::<EngineKind>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown engine `session`: it must be reference, native, tract, tract-inlined or \
             onnxruntime"
        );
    }
}
