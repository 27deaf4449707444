//! Tables: every row is written with the prediction for its text.
//!
//! A block is a piece of whole records of CSV or of objects of JSON, or a batch of rows of Parquet. Where input and output have
//! the same format, the user's bytes or types are kept. Files are opened, and records and objects read, by `relevance-data`.

mod added;
mod batches;
mod columns;
mod csv_block;
mod csv_target;
mod fast_text;
mod json_block;
mod json_columns;
mod json_target;
mod open;
mod parquet_columns;
mod predict;
mod row_groups;
mod table_block;
mod table_format;
mod text_block;
mod text_path;

pub use predict::TableJob;
