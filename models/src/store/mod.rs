//! The store: opening and reading, publishing, copying, aliases, pruning and checking.

pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod open;
pub(crate) mod promotion;
pub(crate) mod prune;
pub(crate) mod publication;
mod read;
mod staging;
mod test_rows;
mod update;
