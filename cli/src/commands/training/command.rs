//! The subcommands for training, and the function that runs each.

use clap::Subcommand;

use super::data::{self, DataCommand};
use super::export::{self, ExportArguments};
use super::train::{self, TrainArguments};
use super::verify::{self, VerifyArguments};

#[derive(Debug, Subcommand)]
pub enum TrainingCommand {
    /// Unpack, pack or check training data.
    #[command(subcommand)]
    Data(DataCommand),
    /// Train on a source, apply the gate, publish the model and set the alias `candidate`.
    Train(Box<TrainArguments>),
    /// Write a pipeline, or a model of the store, as an ONNX file.
    Export(ExportArguments),
    /// Compare the engines on every text of a source.
    Verify(VerifyArguments),
}

pub fn run(command: &TrainingCommand) -> anyhow::Result<()> {
    match command {
        TrainingCommand::Data(command) => data::run(command),
        TrainingCommand::Train(arguments) => train::run(arguments),
        TrainingCommand::Export(arguments) => export::run(arguments),
        TrainingCommand::Verify(arguments) => verify::run(arguments),
    }
}
