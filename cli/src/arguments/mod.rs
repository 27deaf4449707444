//! Flags that several commands share; each is also an environment variable.

mod capture;
mod environment;
mod file_format;
mod limits;
mod listen;
mod setting;
mod store;
#[cfg(feature = "train")]
pub mod training;

pub use capture::CaptureArguments;
pub use environment::ignore_empty;
pub use file_format::FileFormatArguments;
pub use limits::LimitArguments;
pub use listen::ListenArguments;
pub use store::{ModelArguments, StoreArguments, VersionArguments};
