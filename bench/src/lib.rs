//! What the programs share: a model file's engines, and the texts that they answer for.

mod engine;
mod input;

pub use engine::EngineKind;
pub use input::{ModelFile, read_texts};
