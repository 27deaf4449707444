//! A model file and what is around it: read, verified, published.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use jiff::Timestamp;
use relevance_export::{inline_functions, parse, pipeline_from_model, text_model, to_bytes};
use relevance_models::{CANDIDATE, FileEntry, Manifest, Publication, Store};
use relevance_pipeline::Pipeline;
use relevance_runtime::parity::{Agreement, Engine, compare};
use relevance_runtime::{OnnxRuntime, Session};
use relevance_train::{Settings, Trained, model_card};

use crate::arguments::{ModelArguments, VersionArguments};

/// The model's file in a version of the store.
pub const MODEL_FILE: &str = "model.onnx";
/// What training measured, in a version of the store.
pub const METRICS_FILE: &str = "metrics.json";
const CARD_FILE: &str = "card.md";

/// How many texts an engine is asked for at once.
const BATCH: usize = 64;

/// How many texts [`Extent::Training`] leaves to the slower engines.
const SPREAD_TEXTS: usize = 500;

/// Which texts of a source the engines are compared on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of them, on every engine.
    Whole,
    /// All of them on the engine that serves, and evenly spread ones on the others, whose cost grows with the vocabulary.
    Training,
}

/// The runtime of the store's calls.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the async runtime")
}

/// The bytes of the model that the arguments name.
pub fn read(arguments: &ModelArguments) -> anyhow::Result<Bytes> {
    if let Some(path) = &arguments.model_file {
        return read_file(path).map(Bytes::from);
    }
    let VersionArguments { store, name, model_version } = &arguments.version;
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
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().permissions(readable()).tempfile_in(folder).with_context(place)?;
    std::io::Write::write_all(&mut file, contents).with_context(place)?;
    file.persist(path).with_context(place)?;
    Ok(())
}

/// What a new file may be done to, as far as the process's mask lets it.
fn readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

/// Each engine's name and how it agrees with the reference that the file holds.
pub fn verify(
    file: &[u8],
    texts: &[&str],
    onnxruntime: Option<&Path>,
    extent: Extent,
) -> anyhow::Result<Vec<(&'static str, Agreement)>> {
    let model = parse(file)?;
    let reference = pipeline_from_model(&model)?;
    let inlined = to_bytes(&inline_functions(&model)?);
    let step = match extent {
        Extent::Whole => 1,
        Extent::Training => texts.len().div_ceil(SPREAD_TEXTS).max(1),
    };
    let spread: Vec<&str> = texts.iter().step_by(step).copied().collect();
    let mut engines: Vec<(&'static str, Box<dyn Engine>, &[&str])> = vec![
        ("tract", Box::new(Session::from_bytes(file)?), texts),
        ("tract, node by node", Box::new(Session::from_bytes(&inlined)?), &spread),
    ];
    if let Some(library) = onnxruntime {
        let engine = OnnxRuntime::from_bytes(library, file, &reference.labels().relevant)?;
        engines.push(("onnxruntime", Box::new(engine), &spread));
    }
    let compared =
        engines.iter().map(|(name, engine, texts)| Ok((*name, compare(&reference, engine.as_ref(), texts, BATCH)?)));
    compared.collect()
}

/// Fails when an engine left the reference, naming the engine and the text.
pub fn ensure_agreement(agreements: &[(&str, Agreement)]) -> anyhow::Result<()> {
    for (engine, agreement) in agreements {
        ensure!(
            agreement.holds(),
            "{engine} is {:e} off the reference at text {}, and gives another verdict for {} of {} texts",
            agreement.largest_difference,
            agreement.farthest_text + 1,
            agreement.changed_verdicts.len(),
            agreement.texts
        );
    }
    Ok(())
}

/// The file of a pipeline, after a look whether it reads back as the same.
pub fn export(pipeline: &Pipeline) -> anyhow::Result<Bytes> {
    let file = to_bytes(&text_model(pipeline));
    if pipeline_from_model(&parse(&file)?)? != *pipeline {
        bail!("the exported file reads back as another pipeline");
    }
    Ok(file.into())
}

/// Publishes a trained model and sets the alias `candidate`, unless a version holds the same file already.
///
/// Gives the version's manifest and whether it is new.
pub async fn publish(
    store: &Store,
    trained: &Trained,
    settings: &Settings,
    file: Bytes,
    source: &str,
) -> anyhow::Result<(Manifest, bool)> {
    let name = &settings.name;
    let known = find(store, name, &file).await?;
    let is_new = known.is_none();
    let manifest = match known {
        Some(manifest) => manifest,
        None => store.publish(name, publication(trained, settings, file, source)?).await?,
    };
    if store.aliases(name).await?.version(CANDIDATE) != Some(manifest.version) {
        store.set_alias(name, CANDIDATE, manifest.version).await?;
    }
    Ok((manifest, is_new))
}

/// The newest version that holds `file`.
async fn find(store: &Store, name: &str, file: &[u8]) -> anyhow::Result<Option<Manifest>> {
    let entry = FileEntry::of(file);
    for version in store.versions(name).await?.into_iter().rev() {
        let manifest = store.manifest(name, version).await?;
        if manifest.files.get(MODEL_FILE) == Some(&entry) {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

fn publication(trained: &Trained, settings: &Settings, file: Bytes, source: &str) -> anyhow::Result<Publication> {
    let report = &trained.report;
    let metrics = serde_json::to_string_pretty(report)? + "\n";
    let card = model_card(report, settings);
    Ok(Publication {
        // The first file claims the version's number.
        files: vec![
            (MODEL_FILE.to_owned(), file),
            (METRICS_FILE.to_owned(), metrics.into()),
            (CARD_FILE.to_owned(), card.into()),
        ],
        training: serde_json::json!({
            "fingerprint": report.fingerprint,
            "tool_version": report.tool_version,
            "source": source,
            "data_digest": report.data_digest,
            "settings_digest": report.settings_digest,
            "settings": settings,
            "texts": { "train": report.train, "validation": report.validation, "test": report.test },
        }),
        created: Timestamp::now(),
    })
}
