//! `relevance models`: the versions of a model in the store.

mod check;
mod command;
mod diff;
mod list;
mod prune;
mod scope;
mod vocabulary;

pub use command::{ModelsCommand, run};
