//! `relevance` without a command: the whole job, from the archive to an answer.

use clap::Args;

use relevance_models::PRODUCTION;

use super::serve::{ServiceArguments, start};
use super::train::{TrainingArguments, fit, publish};
use crate::async_runtime;

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten)]
    training: TrainingArguments,
    #[command(flatten)]
    service: ServiceArguments,
}

pub fn run(arguments: &RunArguments) -> anyhow::Result<()> {
    let _logging = arguments.service.start_logging()?;
    let settings = arguments.training.settings.read()?;
    let store = arguments.training.store.open()?;
    let service = arguments.service.settings()?;
    async_runtime::start()?.block_on(async {
        let candidate = fit(&arguments.training, &settings, &store).await?;
        let (manifest, _) = publish(&store, &candidate, &settings).await?;
        let version = manifest.version.to_string();
        store.promote(&settings.name, &version).await?;
        // What training needed is not held while the service runs.
        drop(candidate);
        start(store, &settings.name, PRODUCTION, service).await
    })
}
