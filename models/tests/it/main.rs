//! The store, on a folder and on a store with conditional puts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod aliases;
mod check;
mod failing_objects;
mod failure;
mod publication;
mod support;
