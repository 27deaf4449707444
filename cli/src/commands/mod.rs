//! Commands: they parse flags, call the workflow or another crate, and print.

pub mod cli;
pub mod completions;
mod flags;
pub mod health;
pub mod man;
pub mod models;
pub mod predict;
#[cfg(feature = "train")]
mod reference;
pub mod serve;
#[cfg(feature = "train")]
pub mod training;
