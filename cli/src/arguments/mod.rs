//! Flags that several commands share; each is also an environment variable.

mod capture;
mod choice;
mod fit;
mod gate;
mod help;
mod limits;
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

/// Changes a setting whose flag is given.
fn set<T>(setting: &mut T, flag: Option<T>) {
    if let Some(value) = flag {
        *setting = value;
    }
}
