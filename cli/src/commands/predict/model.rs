//! The model that predicts: one that the flags name, or the one in this binary.

use std::path::Path;

use bytes::Bytes;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::arguments::ModelArguments;

/// The committed model, so that the command works without any set-up.
#[cfg(feature = "train")]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!("../../../../models/relevance/1/model.onnx"));
#[cfg(not(feature = "train"))]
const EMBEDDED: Option<&[u8]> = None;

/// Flags of a model, and whether any of them or its variable is set.
#[derive(Debug)]
pub struct PredictModel {
    arguments: ModelArguments,
    is_chosen: bool,
}

impl PredictModel {
    /// Reads the model file that the flags name; without any, and without the default store, the embedded model.
    pub fn read(&self) -> anyhow::Result<Bytes> {
        let has_store = Path::new(&self.arguments.version.store.store).exists();
        match EMBEDDED {
            Some(model) if !self.is_chosen && !has_store => {
                eprintln!(
                    "using the embedded model; train your own with `relevance train --data FILE --promote`"
                );
                Ok(Bytes::from_static(model))
            }
            _ => self.arguments.read(),
        }
    }
}

impl Args for PredictModel {
    fn augment_args(command: Command) -> Command {
        ModelArguments::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        ModelArguments::augment_args_for_update(command)
    }
}

impl FromArgMatches for PredictModel {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        let is_chosen = ["store", "model_file", "name", "model_version"]
            .iter()
            .filter_map(|id| matches.value_source(id))
            .any(|source| source != ValueSource::DefaultValue);
        Ok(Self {
            arguments: ModelArguments::from_arg_matches_mut(matches)?,
            is_chosen,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
