//! The model: loading versions, and swapping the active one.

pub(crate) mod active;
pub(crate) mod loaded;
pub(crate) mod loader;
pub(crate) mod reload;
mod timed_tasks;
