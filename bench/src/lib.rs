//! What the programs share: the messages of the Open Inference Protocol.

pub mod messages;
