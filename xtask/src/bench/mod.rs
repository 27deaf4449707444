//! Measurements beside what one would use instead, written into `docs/benchmarks.md`: one folder a part.

mod aim;
mod archive;
mod chart;
mod cores;
mod environment;
mod figures;
mod instructions;
mod load;
mod machine;
mod measured;
mod noise;
mod page;
mod predict;
mod programs;
mod score;
mod serve;
mod server;
mod start;
mod table;
mod texts;
mod train;
mod usage;

use anyhow::Result;
use clap::Subcommand;

use predict::{PredictArguments, SentencesArguments};
use score::ScoreArguments;
use serve::ServeArguments;
use start::StartArguments;
use train::{PrepareArguments, TrainArguments};

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Training: wall time and peak memory from a source to a written model.
    Train(TrainArguments),
    /// Answering files of sentences: time and peak memory of `relevance predict` by format.
    Predict(PredictArguments),
    /// Scoring: time for a sentence in process, beside onnxruntime and tract.
    Score(ScoreArguments),
    /// Instructions for a sentence, by valgrind, beside the committed figures.
    Instructions {
        /// Replace the committed figures instead.
        #[arg(long)]
        write: bool,
    },
    /// Serving: requests per second and latency, over HTTP and gRPC.
    Serve(ServeArguments),
    /// Starting: time to the first answer, memory, sizes of binary and image.
    Start(StartArguments),
    /// What continuous integration runs: each part in short, the optimum, the instructions; writes nothing.
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
        Bench::Score(arguments) => score::run(arguments),
        Bench::Instructions { write } => instructions::run(*write),
        Bench::Serve(arguments) => serve::run(arguments),
        Bench::Start(arguments) => start::run(arguments),
        Bench::Check => check(),
        Bench::PrepareTrain(arguments) => train::prepare(arguments),
        Bench::PreparePredict(arguments) => predict::prepare(arguments),
    }
}

/// Each part at its smallest size, so that none of them rots, and the instructions beside the committed ones.
pub fn check() -> Result<()> {
    // The two that measure peaks come first: the peak of a child counts what this process holds when it begins.
    predict::run(&PredictArguments::short())?;
    train::run(&TrainArguments::short())?;
    score::run(&ScoreArguments::short())?;
    serve::run(&ServeArguments::short())?;
    start::run(&StartArguments::short())?;
    instructions::run(false)
}
