//! Files of a trained model → numbered, immutable versions with aliases and digests, on any object store.
//!
//! ```text
//! <root>/<name>/<version>/…, manifest.json     a version; its manifest is written last and makes it exist
//! <root>/<name>/aliases.json                   {"production": "3", "candidate": "4", "previous": "2"}
//! ```

mod aliases;
mod check;
mod error;
mod layout;
mod location;
mod lock;
mod manifest;
mod name;
mod promotion;
mod publication;
mod store;
mod update;

pub use aliases::{Aliases, CANDIDATE, PREVIOUS, PRODUCTION};
pub use check::Finding;
pub use error::StoreError;
pub use lock::AliasExclusion;
pub use manifest::{FileEntry, Manifest};
pub use promotion::Promotion;
pub use publication::Publication;
pub use store::Store;
