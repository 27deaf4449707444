//! A model file: read, exported, written.

use std::path::Path;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use relevance_export::{ModelProto, parse, pipeline_from_model, text_model, to_bytes};
use relevance_pipeline::Pipeline;
use tempfile::NamedTempFile;

use crate::arguments::{ModelArguments, VersionArguments};

/// The model's file in a version of the store.
pub const MODEL_FILE: &str = "model.onnx";
/// What training measured, in a version of the store.
pub const METRICS_FILE: &str = "metrics.json";
/// What the texts of the test side are like, in a version of the store.
pub const PROFILE_FILE: &str = "profile.json";

/// The runtime of the store's calls.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")
}

/// The bytes of the model that the arguments name.
pub fn read(arguments: &ModelArguments) -> anyhow::Result<Bytes> {
    if let Some(path) = &arguments.model_file {
        return read_file(path).map(Bytes::from);
    }
    let VersionArguments {
        store,
        name,
        model_version,
    } = &arguments.version;
    let store = store.open()?;
    runtime()?.block_on(async {
        let manifest = store.resolve(name, model_version).await?;
        Ok(store.read(&manifest, MODEL_FILE).await?)
    })
}

/// The bytes of a file, with an error that names it.
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Replaces the file at `path` whole: nobody sees a part of it.
pub fn write_file(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let place = || format!("cannot write `{}`", path.display());
    let mut file = sibling(path)?;
    std::io::Write::write_all(&mut file, contents).with_context(place)?;
    file.persist(path).with_context(place)?;
    Ok(())
}

/// A file beside `path` that may take its place; it goes when it is dropped.
pub fn sibling(path: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let file = tempfile::Builder::new()
        .permissions(readable())
        .tempfile_in(folder);
    file.with_context(|| format!("cannot write `{}`", path.display()))
}

/// What a new file may be done to, as far as the process's mask lets it.
fn readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

/// A model file with what it holds.
pub struct ModelFile {
    /// The file as it is.
    pub bytes: Bytes,
    /// The graph.
    pub model: ModelProto,
    /// The pipeline that the graph computes.
    pub reference: Pipeline,
}

impl ModelFile {
    /// Reads the bytes of a file.
    pub fn parse(bytes: Bytes) -> anyhow::Result<Self> {
        let model = parse(&bytes)?;
        let reference = pipeline_from_model(&model)?;
        Ok(Self {
            bytes,
            model,
            reference,
        })
    }

    /// The file of a pipeline, after a look whether it reads back as the same.
    pub fn export(pipeline: &Pipeline) -> anyhow::Result<Self> {
        let file = Self::parse(to_bytes(&text_model(pipeline)).into())?;
        ensure!(
            file.reference == *pipeline,
            "the exported file reads back as another pipeline"
        );
        Ok(file)
    }
}
