//! Flags that several commands share; each is also an environment variable.

mod capture;
mod limits;
mod store;
#[cfg(feature = "train")]
pub mod training;

pub use capture::CaptureArguments;
pub use limits::LimitArguments;
pub use store::{ModelArguments, StoreArguments, VersionArguments};
