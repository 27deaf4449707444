//! Tests of the public interface: archives, sources, checks and splits, on files made for each
//! test.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set up its files should fail loudly"
)]

mod archive;
mod check;
mod cluster;
mod columns;
mod compression;
mod csv;
mod download;
mod encoding;
mod json;
mod kinds;
#[path = "../../../models/tests/it/moto.rs"]
mod moto;
mod near_duplicates;
mod parquet;
mod parquet_types;
mod postgres;
mod proposal;
mod reference;
mod rejected_archives;
mod remote;
mod several;
mod sources;
mod split;
mod split_by;
mod split_by_subset;
mod sqlite;
mod streams;
mod support;
