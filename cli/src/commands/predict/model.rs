//! The model that predicts: one that the flags name, or the one in this binary.

use std::ffi::OsStr;
use std::path::Path;

use bytes::Bytes;
use clap::Args;

use crate::arguments::{Given, ModelArguments};
use crate::output::note;

/// The committed model, so that the command works without any set-up.
#[cfg(feature = "train")]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!("../../../../models/relevance/1/model.onnx"));
#[cfg(not(feature = "train"))]
const EMBEDDED: Option<&[u8]> = None;

/// Flags that choose a model.
const FLAGS: [&str; 4] = ["store", "model_file", "name", "model_version"];

/// Flags of a model.
#[derive(Debug, Args)]
pub struct PredictModel {
    #[command(flatten)]
    model: Given<ModelArguments>,
}

impl PredictModel {
    /// Returns the location of the model file that the flags name.
    pub fn file(&self) -> Option<&OsStr> {
        let file = self.model.flags.model_file.as_deref();
        file.map(Path::as_os_str)
    }

    /// Reads the model file that the flags name; without any, and without the default store, the embedded model.
    pub fn read(&self) -> anyhow::Result<Bytes> {
        let arguments = &self.model.flags;
        let has_store = Path::new(&arguments.version.store.store).exists();
        let is_chosen = FLAGS.iter().any(|id| self.model.is_given(id));
        match EMBEDDED {
            Some(model) if !is_chosen && !has_store => {
                note(format_args!(
                    "using the embedded model; train your own with `relevance train --data FILE --promote`"
                ));
                Ok(Bytes::from_static(model))
            }
            _ => arguments.read(),
        }
    }
}
