//! Atomic file replacement, temporary files, errors and the environment as text and, with the feature `object-store`, object stores by URL.

mod atomic_file;
#[cfg(feature = "object-store")]
mod cloud;
mod environment;
mod error_chain;
mod temporary;
#[cfg(feature = "object-store")]
mod tls;

pub use atomic_file::{AtomicFile, write_atomically};
#[cfg(feature = "object-store")]
pub use cloud::{CloudError, CloudStore, advice};
pub use environment::environment;
pub use error_chain::error_chain;
pub use temporary::{TemporaryFolder, check_writable, remove_temporary_files};
#[cfg(feature = "object-store")]
pub use tls::{bundled_roots, install_crypto_provider};
