//! Measurements beside what one would use instead, written into `docs/benchmarks.md`: one folder a part.

mod aim;
mod archive;
mod chart;
mod cores;
mod environment;
mod figures;
mod load;
mod machine;
mod measured;
mod page;
mod programs;
mod serve;
mod server;
mod start;
mod table;
mod train;
mod usage;

use anyhow::Result;
use clap::Subcommand;

use serve::ServeArguments;
use start::StartArguments;
use train::{PrepareArguments, TrainArguments};

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Training: wall time and peak memory from a source to a written model.
    Train(TrainArguments),
    /// Serving: requests per second and latency, over HTTP and gRPC.
    Serve(ServeArguments),
    /// Starting: time to the first answer, memory, sizes of binary and image.
    Start(StartArguments),
    /// What continuous integration runs: one round at the smallest size, and the optimum; writes nothing.
    Check,
    /// Make the data of `train`.
    ///
    /// A process of its own, since the peak memory of a child counts what its parent held when it began.
    #[command(hide = true)]
    PrepareTrain(PrepareArguments),
}

/// Measures one part.
pub fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Train(arguments) => train::run(arguments),
        Bench::Serve(arguments) => serve::run(arguments),
        Bench::Start(arguments) => start::run(arguments),
        Bench::Check => check(),
        Bench::PrepareTrain(arguments) => train::prepare(arguments),
    }
}

/// One round of each part at its smallest size, so that none of them rots.
pub fn check() -> Result<()> {
    train::run(&TrainArguments::short())?;
    serve::run(&ServeArguments::short())?;
    start::run(&StartArguments::short())
}
