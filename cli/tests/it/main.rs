//! The command itself, run as a process in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adding;
mod any_table;
mod buckets;
mod capture;
mod comparison;
mod connection_age;
mod copying;
mod data;
mod deployment;
mod early;
mod early_responses;
mod export;
mod fitted;
mod gate;
mod hidden_texts;
mod hostile;
mod http2;
mod interrupted;
mod load;
mod model_file;
mod models;
#[path = "../../../models/tests/it/moto.rs"]
mod moto;
mod platforms;
mod predict;
mod predict_file_formats;
mod predict_files;
mod predict_many;
mod predict_tables;
mod problems;
mod pruning;
mod serve;
mod service;
mod shells;
mod support;
mod traces;
mod training;
mod uncompared;
mod usage;
mod versions;
mod workflow;
