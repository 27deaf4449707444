//! The workflow: read, train, export, verify, gate, compare, publish.

pub mod candidate;
pub mod compare;
pub mod comparison;
pub mod model_file;
pub mod verify;
