//! Commands that train or read training data.

mod command;
mod data;
mod drift;
mod export;
pub mod run;
mod train;
mod verify;

pub use command::{TrainingCommand, run as run_command};
