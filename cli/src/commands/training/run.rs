//! `relevance` without a command: trains, publishes, promotes and serves.

use std::sync::Arc;

use clap::Args;
use relevance_models::PRODUCTION;
use relevance_serve::{ModelSource, StoreSource};

use super::train::TrainingArguments;
use crate::async_runtime;
use crate::commands::serve::{RUNTIME_SHUTDOWN, ServiceArguments, Signals, start};
use crate::signals::CleanUp;

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten)]
    training: TrainingArguments,
    #[command(flatten)]
    service: ServiceArguments,
}

pub fn run(arguments: &RunArguments) -> anyhow::Result<()> {
    let clean_up = CleanUp::on_signals()?;
    let logging = arguments.service.start_logging()?;
    let (settings, store) = arguments.training.open()?;
    let service = arguments.service.settings(&logging)?;

    let runtime = async_runtime::start()?;
    let result = runtime.block_on(async {
        let run = arguments.training.training_run(&settings, &store);
        let candidate = run.prepare().await?;
        let published = run.publish(&candidate).await?;
        run.promote(&published).await?;

        // The results of training are not held while the service runs.
        drop(candidate);
        let signals = Signals::listen()?;
        // From here on the service handles the signals.
        drop(clean_up);
        let source = ModelSource::Store(StoreSource {
            store: Arc::new(store),
            name: settings.name.clone(),
            selector: PRODUCTION.to_owned(),
        });
        start(source, service, signals).await
    });
    runtime.shutdown_timeout(RUNTIME_SHUTDOWN);
    result
}
