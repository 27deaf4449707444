//! The command itself, run as a process in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod data;
mod deployment;
mod export;
mod models;
#[path = "../../../models/tests/it/moto.rs"]
mod moto;
mod predict;
mod serve;
mod service;
mod support;
mod training;
mod usage;
