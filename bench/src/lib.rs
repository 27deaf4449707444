//! What the programs share: a model file's engines, the texts that they answer for, and the messages of the Open Inference
//! Protocol.

mod engine;
mod input;
pub mod messages;

pub use engine::EngineKind;
pub use input::{ModelFile, read_texts};
