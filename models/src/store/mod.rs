//! The store: opening and reading, publishing, copying, aliases, pruning, checking and repair.

pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod open;
pub(crate) mod promotion;
pub(crate) mod prune;
pub(crate) mod publication;
mod read;
pub(crate) mod repair;
mod staging;
mod test_rows;
mod update;
