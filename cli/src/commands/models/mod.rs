//! `relevance models`: the versions of a model in the store.

#[cfg(feature = "train")]
mod add;
mod check;
mod command;
mod copy;
#[cfg(feature = "train")]
mod diff;
mod list;
mod placed;
mod promotion;
mod prune;
mod repair;
mod scope;
#[cfg(feature = "train")]
mod vocabulary;

pub use command::{ModelsCommand, run};
