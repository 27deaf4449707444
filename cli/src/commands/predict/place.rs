//! Place of an output: a path, or an object in a store.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bytes::Bytes;
use relevance_storage::write_atomically;

use super::object_store::RemoteObject;
use crate::files::{is_url, read_file};

/// A local path, or an object.
pub enum Place {
    Local(PathBuf),
    Remote(RemoteObject),
}

impl Place {
    /// Opens the place without a request.
    pub fn at(path: &Path) -> anyhow::Result<Self> {
        Ok(if is_url(path) {
            Self::Remote(RemoteObject::at(path)?)
        } else {
            Self::Local(path.to_owned())
        })
    }

    /// Returns whether it exists.
    pub fn exists(&self) -> anyhow::Result<bool> {
        match self {
            Self::Local(path) => Ok(path.exists()),
            Self::Remote(object) => object.exists(),
        }
    }

    /// Reads its content.
    pub fn read(&self) -> anyhow::Result<Bytes> {
        match self {
            Self::Local(path) => Ok(read_file(path)?.into()),
            Self::Remote(object) => object.read(),
        }
    }

    /// Replaces it by this content.
    pub fn write(&self, content: Vec<u8>) -> anyhow::Result<()> {
        match self {
            Self::Local(path) => write_atomically(path, &content)
                .with_context(|| format!("cannot write `{}`", path.display())),
            Self::Remote(object) => object.write(content),
        }
    }
}
