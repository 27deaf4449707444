//! Errors of loading and running model files.

use relevance_pipeline::GoldenMismatch;
use tract_onnx::prelude::TractError;

/// An error while a model was loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The bytes are not ONNX.
    #[error("this is not an ONNX file")]
    NotOnnx(#[source] prost::DecodeError),
    /// The file's function is not the one that the fused operator computes.
    #[error(
        "the model's function `{name}` has the fingerprint {got}, this version runs {want}: export \
         the model again with this version, or inline its functions"
    )]
    UnknownFunction {
        /// Domain and name of the function.
        name: String,
        /// SHA-256 of the function in the file.
        got: String,
        /// SHA-256 of the function that the fused operator computes.
        want: &'static str,
    },
    /// The model does not take raw text.
    #[error("the model takes `{got}`, a text model takes `text`")]
    Input {
        /// Names of the inputs.
        got: String,
    },
    /// A number of the model is infinite or NaN.
    #[error("the model's tensor `{tensor}` has the number {value}, which is not finite")]
    NotFinite {
        /// Name of the tensor.
        tensor: String,
        /// The number.
        value: f32,
    },
    /// A metadata entry that serving needs is missing or malformed.
    #[error(
        "the model's metadata has no usable entry `{key}`: it is not a text model that this tool \
         wrote"
    )]
    Metadata {
        /// Key of the entry.
        key: &'static str,
    },
    /// tract rejected the graph.
    #[error("the model cannot be loaded")]
    Load(#[source] TractError),
    /// The file was inlined, and its numbers cannot be read from the graph.
    #[error(
        "the model's functions were inlined: it predicts, but cannot explain; serve the file that \
         training wrote"
    )]
    Inlined,
    /// A probability differs from the one that the file holds for its golden sentence.
    #[error(transparent)]
    Golden(#[from] GoldenMismatch),
    /// tract failed on an input.
    #[error("the model failed on {texts} texts")]
    Run {
        /// Number of texts in the input.
        texts: usize,
        /// Error of tract.
        #[source]
        source: TractError,
    },
    /// The name is none of those of [`EngineKind`](crate::EngineKind).
    #[error(
        "unknown engine `{got}`: it must be reference, native, tract, tract-inlined or onnxruntime"
    )]
    UnknownEngine {
        /// The name as given.
        got: String,
    },
    /// The file has no pipeline to open the engine from.
    #[cfg(feature = "engines")]
    #[error("the model file cannot be read back to its pipeline")]
    Read(#[from] relevance_export::ExportError),
    /// The path of onnxruntime's shared library is missing.
    #[cfg(feature = "engines")]
    #[error("onnxruntime needs the path of its shared library")]
    NoOnnxRuntimeLibrary,
    /// The shared library of onnxruntime cannot be loaded.
    #[cfg(feature = "engines")]
    #[error("onnxruntime's shared library `{}` cannot be loaded", path.display())]
    OnnxRuntimeLibrary {
        /// Path of the library.
        path: std::path::PathBuf,
        /// Error of the loader.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// onnxruntime rejected the model or failed on an input.
    #[cfg(feature = "engines")]
    #[error("onnxruntime failed")]
    OnnxRuntime(#[source] ort::Error),
}
