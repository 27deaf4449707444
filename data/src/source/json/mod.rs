//! JSON: objects one per line, over several lines, or in one array.

mod extent;
mod faults;
mod message;
mod object;
mod object_lines;
mod objects;
mod position;
mod repair;
#[cfg(feature = "dataset")]
mod source;
mod value;

pub use object::{JsonObject, JsonText};
pub use object_lines::ObjectLines;
pub use objects::{Objects, SEARCHED_OBJECTS};
pub use value::read_text;

#[cfg(feature = "dataset")]
pub(super) use source::Json;
