//! Model store: numbered, immutable versions with digests, and aliases that name them, on any
//! object store.
//!
//! ```text
//! <root>/<name>/<version>/…, manifest.json     a version, which exists once its manifest is written
//! <root>/<name>/aliases.json                   {"production": "3", "candidate": "4", "previous": "2"}
//! <root>/<name>/test-rows/<sha256>.jsonl.gz    frozen test rows, which versions name by digest
//! ```

mod aliases;
mod error;
pub mod layout;
mod listing;
mod location;
mod lock;
mod manifest;
mod name;
mod store;
mod version_set;

pub use aliases::{Aliases, CANDIDATE, PREVIOUS, PRODUCTION};
pub use error::StoreError;
pub use lock::AliasExclusion;
pub use manifest::{FileEntry, Manifest};
pub use name::validate_name;
pub use store::check::{Finding, Remedy};
pub use store::copy::{Copied, CopyExtent};
pub use store::open::Store;
pub use store::promotion::Promotion;
pub use store::prune::{PruneOptions, Pruned};
pub use store::publication::Publication;
pub use store::repair::Repaired;
