//! Flags of the model of a service: a version in a store, or a lone file.

use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use relevance_serve::{FileSource, ModelSource, StoreSource};

use super::given::Given;
use super::store::{ModelArguments, VersionArguments};
use crate::exit::WrongUsage;
use crate::files::{public_name, read_model_file};

/// Flag of the store; its variable is ignored beside a file, since the image sets it.
const STORE_FLAG: &str = "store";
/// Flags of versions of the model, which a file does not have.
const VERSION_FLAGS: [&str; 3] = ["model_version", "shadow", "reload_interval_ms"];

/// Flags of a model.
#[derive(Debug, Args)]
pub struct ServedModelArguments {
    #[command(flatten)]
    model: Given<ModelArguments>,
}

impl ServedModelArguments {
    /// Returns whether the model is a lone file, which is loaded again on request only.
    pub const fn is_file(&self) -> bool {
        self.model.flags.model_file.is_some()
    }

    /// Opens the store, or names the file; nothing is read yet.
    pub fn source(&self) -> anyhow::Result<ModelSource> {
        let ModelArguments {
            model_file,
            version:
                VersionArguments {
                    store,
                    name,
                    model_version,
                },
        } = &self.model.flags;

        let Some(location) = model_file else {
            return Ok(ModelSource::Store(StoreSource {
                store: Arc::new(store.open()?),
                name: name.clone(),
                selector: model_version.clone(),
            }));
        };
        self.check_file_flags()?;
        let name = self.model.is_given("name").then(|| name.clone());
        let path = location.clone();
        let read = move || Ok(read_model_file(&path)?);
        Ok(ModelSource::File(FileSource::new(
            public_name(location),
            name,
            read,
        )))
    }

    /// Rejects flags that a lone file leaves without a meaning.
    fn check_file_flags(&self) -> Result<(), WrongUsage> {
        let of_store = Some(&STORE_FLAG).filter(|id| self.model.is_on_command_line(id));
        let of_version = || VERSION_FLAGS.iter().find(|id| self.model.is_given(id));

        of_store.or_else(of_version).map_or(Ok(()), |id| {
            let flag = id.replace('_', "-");
            let variable = id.to_uppercase();
            Err(WrongUsage(anyhow!(
                "`--model-file` or RELEVANCE_MODEL_FILE serves a file without a store, so that `--{flag}` or \
                 RELEVANCE_{variable} has no meaning: leave one of them out"
            )))
        })
    }
}
