//! `relevance predict`: texts in, one a line or a row of a table; labels and probabilities out, in the same order.

mod command;
mod destination;
mod endings;
mod fast_decimals;
mod fast_json;
mod format;
mod harmless;
mod input;
mod line;
mod line_format;
mod lines;
mod many;
mod model;
mod object_store;
mod output_format;
#[cfg(feature = "train")]
mod parquet_format;
mod place;
mod plain;
mod rows;
mod start;
mod table_arguments;
#[cfg(feature = "train")]
mod tables;
mod workers;

pub use command::{PredictArguments, run};
