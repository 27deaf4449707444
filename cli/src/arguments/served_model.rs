//! Flags of the model of a service: a version in a store, or a lone file.

use std::sync::Arc;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use relevance_serve::{FileSource, ModelSource, StoreSource};

use super::store::{ModelArguments, VersionArguments};
use crate::files::{public_name, read_model_file};

/// Flags that name a version; their variables are ignored beside a file, since an image may set them.
const VERSION_FLAGS: [&str; 2] = ["store", "model_version"];
/// Flags of other versions of the model, which a file does not have.
const RELOAD_FLAGS: [&str; 2] = ["shadow", "reload_interval_ms"];

/// Flags of a model, and whether its name is given.
#[derive(Debug)]
pub struct ServedModelArguments {
    model: ModelArguments,
    is_named: bool,
}

impl ServedModelArguments {
    /// Returns whether the model is a lone file, which is loaded again on request only.
    pub const fn is_file(&self) -> bool {
        self.model.model_file.is_some()
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
        } = &self.model;

        let Some(location) = model_file else {
            return Ok(ModelSource::Store(StoreSource {
                store: Arc::new(store.open()?),
                name: name.clone(),
                selector: model_version.clone(),
            }));
        };
        let (name, path) = (self.is_named.then(|| name.clone()), location.clone());
        let read = move || Ok(read_model_file(&path)?);
        Ok(ModelSource::File(FileSource::new(
            public_name(location),
            name,
            read,
        )))
    }
}

impl Args for ServedModelArguments {
    fn augment_args(command: Command) -> Command {
        ModelArguments::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        ModelArguments::augment_args_for_update(command)
    }
}

impl FromArgMatches for ServedModelArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        let is_given = |id: &str| {
            let source = matches.value_source(id);
            source.is_some_and(|source| source != ValueSource::DefaultValue)
        };
        if is_given("model_file") {
            check_conflicts(matches)?;
        }

        Ok(Self {
            is_named: is_given("name"),
            model: ModelArguments::from_arg_matches_mut(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Rejects flags that a lone file leaves without a meaning.
fn check_conflicts(matches: &ArgMatches) -> Result<(), clap::Error> {
    let is_from = |id: &&str, sources: &[ValueSource]| {
        let source = matches.value_source(id);
        source.is_some_and(|source| sources.contains(&source))
    };
    let of_version = VERSION_FLAGS
        .iter()
        .find(|id| is_from(id, &[ValueSource::CommandLine]));
    let of_reload = RELOAD_FLAGS
        .iter()
        .find(|id| is_from(id, &[ValueSource::CommandLine, ValueSource::EnvVariable]));

    let Some(id) = of_version.or(of_reload) else {
        return Ok(());
    };
    let flag = id.replace('_', "-");
    let variable = id.to_uppercase();
    Err(clap::Error::raw(
        ErrorKind::ArgumentConflict,
        format!(
            "`--model-file` or RELEVANCE_MODEL_FILE serves a file without a store, so that `--{flag}` or \
             RELEVANCE_{variable} has no meaning: leave one of them out\n"
        ),
    ))
}
