//! Why a model file cannot be run.

use tract_onnx::prelude::TractError;

/// What went wrong while a model was loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The bytes are not ONNX.
    #[error("this is not an ONNX file")]
    NotOnnx(#[source] prost::DecodeError),
    /// A file whose function is not the one that the native operator computes.
    #[error(
        "the model's function `{name}` has the fingerprint {got}, this version runs {want}: export the model again with \
         this version, or inline its functions"
    )]
    UnknownFunction {
        /// Domain and name of the function.
        name: String,
        /// SHA-256 of the function in the file.
        got: String,
        /// SHA-256 of the function that the native operator computes.
        want: &'static str,
    },
    /// A model that does not take raw text.
    #[error("the model takes `{got}`, a text model takes `text`")]
    Input {
        /// Names of the inputs.
        got: String,
    },
    /// An entry of the file's metadata that serving needs.
    #[error(
        "the model's metadata has no usable entry `{key}`: it is not a text model that this tool wrote"
    )]
    Metadata {
        /// Key of the entry.
        key: &'static str,
    },
    /// tract refused the graph.
    #[error("the model cannot be loaded")]
    Load(#[source] TractError),
    /// A file whose function was inlined has no numbers that can be told from its graph.
    #[error(
        "the model's functions were inlined: it answers, but cannot be explained; serve the file that training wrote"
    )]
    Inlined,
    /// An answer that is not the one that the file gives for its own sentence.
    #[error(
        "the model answers {got} for its golden sentence `{text}`, where its file says {want}: it was damaged, or this \
         version computes otherwise than the one that wrote it"
    )]
    Golden {
        /// The sentence.
        text: String,
        /// The engine's probability.
        got: f32,
        /// The file's probability.
        want: f32,
    },
    /// tract failed on an input.
    #[error("the model failed on {texts} texts")]
    Run {
        /// How many texts were given.
        texts: usize,
        /// What tract says.
        #[source]
        source: TractError,
    },
    /// A name that is none of [`EngineKind`](crate::EngineKind)'s.
    #[error(
        "unknown engine `{got}`: it must be reference, native, tract, tract-inlined or onnxruntime"
    )]
    UnknownEngine {
        /// The name as given.
        got: String,
    },
    /// The file holds no pipeline that the reference or the inlined graph could be made from.
    #[cfg(feature = "engines")]
    #[error("the model file cannot be read back")]
    Read(#[from] relevance_export::ExportError),
    /// onnxruntime was asked for without its shared library.
    #[cfg(feature = "engines")]
    #[error("onnxruntime needs its shared library: give its path")]
    NoOnnxRuntimeLibrary,
    /// The shared library of onnxruntime cannot be loaded.
    #[cfg(feature = "engines")]
    #[error("onnxruntime's shared library `{}` cannot be loaded", path.display())]
    OnnxRuntimeLibrary {
        /// Where it was looked for.
        path: std::path::PathBuf,
        /// What the loader says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// onnxruntime refused the model or failed on an input.
    #[cfg(feature = "engines")]
    #[error("onnxruntime failed")]
    OnnxRuntime(#[source] ort::Error),
}
