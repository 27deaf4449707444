//! Flags that name a model or a version, and the report of a version.

use anyhow::Context as _;
use clap::Args;
use relevance_models::layout::METRICS_FILE;
use relevance_models::{Manifest, Store};
use serde::de::DeserializeOwned;

use crate::arguments::StoreArguments;

/// A model in a store.
#[derive(Debug, Args)]
pub struct Scope {
    #[command(flatten)]
    pub store: StoreArguments,
    /// Name of the model in the store.
    #[arg(
        long,
        env = "RELEVANCE_NAME",
        value_name = "NAME",
        default_value = "relevance"
    )]
    pub name: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// A version of a model in a store.
#[derive(Debug, Args)]
pub struct Selection {
    /// Version of the model: an alias or a number.
    pub version: String,
    #[command(flatten)]
    pub scope: Scope,
}

/// Reads the report of a version, as the type of this tool or as plain JSON.
pub async fn report<T: DeserializeOwned>(store: &Store, manifest: &Manifest) -> anyhow::Result<T> {
    let json = store.read(manifest, METRICS_FILE).await?;
    serde_json::from_slice(&json).with_context(|| {
        format!(
            "`{METRICS_FILE}` of version {} is not a report of this tool",
            manifest.version
        )
    })
}
