//! Measurements beside what one would use instead, written into `docs/benchmarks.md`: one folder a part.

mod aim;
mod chart;
mod environment;
mod figures;
mod machine;
mod measured;
mod noise;
mod page;
mod predict;
mod table;
mod train;

use anyhow::Result;
use clap::Subcommand;

use predict::{PredictArguments, SentencesArguments};
use train::{PrepareArguments, TrainArguments};

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Training: wall time and peak memory from a source to a written model.
    Train(TrainArguments),
    /// Answering files of sentences: time and peak memory of `relevance predict` by format.
    Predict(PredictArguments),
    /// What continuous integration runs: one round at the smallest size, and the optimum; writes nothing.
    Check,
    /// Make the data of `train`.
    ///
    /// A process of its own, since the peak memory of a child counts what its parent held when it began.
    #[command(hide = true)]
    PrepareTrain(PrepareArguments),
    /// Make the data of `predict`, for the same reason.
    #[command(hide = true)]
    PreparePredict(SentencesArguments),
}

/// Measures one part.
pub fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Train(arguments) => train::run(arguments),
        Bench::Predict(arguments) => predict::run(arguments),
        Bench::Check => check(),
        Bench::PrepareTrain(arguments) => train::prepare(arguments),
        Bench::PreparePredict(arguments) => predict::prepare(arguments),
    }
}

/// One round of each part at its smallest size, so that none of them rots.
pub fn check() -> Result<()> {
    train::run(&TrainArguments::short())?;
    predict::run(&PredictArguments::short())
}
