//! `relevance predict`: texts in, one a line; labels and probabilities out, in the same order.

mod command;
mod destination;
mod fast_decimals;
mod fast_json;
mod format;
mod harmless;
mod line_format;
mod lines;
mod model;
#[cfg(feature = "train")]
mod parquet_format;
mod workers;

pub use command::{PredictArguments, run};
