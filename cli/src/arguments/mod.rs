//! Flags that several commands share; each is also an environment variable.

mod capture;
mod choice;
mod fit;
mod gate;
mod help;
mod limits;
mod setting;
mod settings;
mod source;
mod split;
mod store;

pub use capture::CaptureArguments;
pub use help::{append_help, show_default};
pub use limits::LimitArguments;
pub use settings::SettingsArguments;
pub use source::{DataArguments, SourceArguments};
pub use store::{ModelArguments, StoreArguments, VersionArguments};
