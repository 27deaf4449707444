//! Flags that several commands share; each is also an environment variable.

mod capture;
mod environment;
mod limits;
mod listen;
mod store;
#[cfg(feature = "train")]
pub mod training;

pub use capture::CaptureArguments;
pub use environment::ignore_empty;
pub use limits::LimitArguments;
pub use listen::ListenArguments;
pub use store::{ModelArguments, StoreArguments, VersionArguments};
