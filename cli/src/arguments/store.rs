//! Flags of the model store, and of one model.

use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use relevance_models::layout::MODEL_FILE;
use relevance_models::{PRODUCTION, Store};

use crate::async_runtime;
use crate::exit::WrongUsage;
use crate::files::read_model_file;

/// Location of the store.
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// Model store: a folder, or a URL with `file://`, `s3://`, `gs://` or `az://`.
    #[arg(
        long,
        env = "RELEVANCE_STORE",
        value_name = "LOCATION",
        default_value = "models"
    )]
    pub store: String,
}

/// One model: a file, or a version in a store.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// Model file, instead of a version in the store: a path, a folder with `model.onnx`, or a URL with `https://`, `s3://`,
    /// `gs://` or `az://`.
    #[arg(long, env = "RELEVANCE_MODEL_FILE", value_name = "FILE")]
    pub model_file: Option<PathBuf>,
    #[command(flatten)]
    pub version: VersionArguments,
}

/// A version of a model in a store.
#[derive(Debug, Args)]
pub struct VersionArguments {
    #[command(flatten)]
    pub store: StoreArguments,
    /// Name of the model in the store.
    #[arg(
        long = "name",
        env = "RELEVANCE_NAME",
        value_name = "NAME",
        default_value = "relevance"
    )]
    pub name: String,
    /// Version of the model: an alias or a number.
    #[arg(long = "model-version", env = "RELEVANCE_MODEL_VERSION", value_name = "VERSION", default_value = PRODUCTION)]
    pub model_version: String,
}

impl StoreArguments {
    /// Opens the store.
    pub fn open(&self) -> anyhow::Result<Store> {
        Store::open(&self.store).map_err(|error| WrongUsage(error.into()).into())
    }
}

impl ModelArguments {
    /// Reads the model file that the flags name.
    pub fn read(&self) -> anyhow::Result<Bytes> {
        Ok(self.read_with_version()?.0)
    }

    /// As [`read`](Self::read), with the number of the version if the file is from the store.
    pub fn read_with_version(&self) -> anyhow::Result<(Bytes, Option<u64>)> {
        if let Some(path) = &self.model_file {
            return Ok((read_model_file(path)?, None));
        }
        let VersionArguments {
            store,
            name,
            model_version,
        } = &self.version;

        let store = store.open()?;
        async_runtime::start()?.block_on(async {
            let manifest = store.resolve(name, model_version).await?;
            let content = store.read(&manifest, MODEL_FILE).await?;
            Ok((content, Some(manifest.version)))
        })
    }
}
