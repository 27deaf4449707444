//! Flags that several commands share; each is also an environment variable.

mod capture;
mod limits;
mod settings;
mod source;
mod store;

pub use capture::CaptureArguments;
pub use limits::LimitArguments;
pub use settings::SettingsArguments;
pub use source::{DataArguments, SourceArguments, SourceFlags};
pub use store::{ModelArguments, StoreArguments, VersionArguments};

use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};

/// Reads a choice by the name that it has in a settings file.
fn choice<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    let deserializer: StrDeserializer<'_, Error> = name.into_deserializer();
    T::deserialize(deserializer).map_err(|error| error.to_string())
}
