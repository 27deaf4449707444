//! Flags that several commands share; each is also an environment variable.

mod capture;
mod environment;
mod file_format;
mod given;
mod limits;
mod list;
mod listen;
mod number;
mod platform;
mod served_model;
mod setting;
mod store;
#[cfg(feature = "train")]
pub mod training;

pub use capture::CaptureArguments;
pub use environment::{ignore_empty, prefer_vertex_port};
pub use file_format::FileFormatArguments;
pub use given::Given;
pub use limits::LimitArguments;
pub use list::CommaList;
pub use listen::ListenArguments;
pub use number::{at_least_one, whole_number};
pub use platform::PlatformArguments;
pub use served_model::ServedModelArguments;
pub use store::{ModelArguments, StoreArguments};
