//! The store, on a folder, in memory and on an S3 server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod aliases;
mod check;
mod copy;
mod failing_objects;
mod failure;
mod kill;
mod moto;
mod prune;
mod publication;
mod repair;
mod s3;
mod support;
mod test_rows;
