//! The crate from outside: archives, sources, checks and splits on files made for each test.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its files should fail loudly")]

mod archive;
mod check;
mod near_duplicates;
mod reference;
mod refusals;
mod sources;
mod split;
mod split_by;
mod support;
