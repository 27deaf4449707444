//! The model: loading it, and swapping the active one.

pub(crate) mod active;
pub(crate) mod identity;
pub(crate) mod loaded;
pub(crate) mod loader;
pub(crate) mod reload;
pub(crate) mod source;
mod timed_tasks;
