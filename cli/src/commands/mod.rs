//! Commands, one file each: they parse flags, call the workflow or another crate, and print.

mod cli;
pub mod data;
mod drift;
pub mod export;
pub mod health;
pub mod models;
pub mod predict;
pub mod run;
pub mod serve;
pub mod train;
pub mod verify;

pub use cli::run as main;
