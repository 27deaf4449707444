//! Files of a trained model → numbered, immutable versions with aliases and digests, on any object store.
//!
//! ```text
//! <root>/<name>/<version>/…, manifest.json     a version; its manifest is written last and makes it exist
//! <root>/<name>/aliases.json                   {"production": "3", "candidate": "4", "previous": "2"}
//! <root>/<name>/test-rows/<sha256>.jsonl.gz    frozen test rows, which versions name by digest
//! ```

mod aliases;
mod check;
mod cloud;
mod error;
mod layout;
mod location;
mod lock;
mod manifest;
mod name;
mod numbers;
mod promotion;
mod prune;
mod publication;
mod staging;
mod store;
mod test_rows;
mod update;

pub use aliases::{Aliases, CANDIDATE, PREVIOUS, PRODUCTION};
pub use check::Finding;
pub use error::StoreError;
pub use lock::AliasExclusion;
pub use manifest::{FileEntry, Manifest};
pub use promotion::Promotion;
pub use prune::{PruneOptions, Pruned};
pub use publication::Publication;
pub use store::Store;
