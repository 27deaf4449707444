//! `relevance` without a command: the whole job, from the archive to an answer.

use std::path::PathBuf;

use clap::Args;

use super::serve::{ServiceArguments, start};
use super::train::{fit, publish};
use crate::arguments::{SettingsArguments, StoreArguments};
use crate::{logging, model};

#[derive(Debug, Args)]
pub struct RunArguments {
    /// The labelled sentences: `embedded`, or an archive (.tar.gz), a SQLite file, CSV (.csv) or JSON lines (.jsonl).
    #[arg(long, env = "RELEVANCE_DATA", value_name = "LOCATION", default_value = relevance_data::EMBEDDED)]
    data: String,
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    settings: SettingsArguments,
    /// onnxruntime's shared library; with it the exported file is compared on that engine too.
    #[arg(long, env = "ORT_DYLIB_PATH", value_name = "FILE")]
    onnxruntime: Option<PathBuf>,
    #[command(flatten)]
    service: ServiceArguments,
}

pub fn run(arguments: &RunArguments) -> anyhow::Result<()> {
    logging::start(arguments.service.log())?;
    let settings = arguments.settings.read()?;
    let store = arguments.store.open()?;
    let (trained, file, source) = fit(&arguments.data, &settings, arguments.onnxruntime.as_deref())?;
    model::runtime()?.block_on(async {
        let (manifest, _) = publish(&store, &trained, &settings, file, &source).await?;
        let version = manifest.version.to_string();
        store.promote(&settings.name, &version).await?;
        start(&store, &settings.name, &version, &arguments.service).await
    })
}
