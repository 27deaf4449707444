//! File in an object store, read in ranges of one version.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use bytes::{Buf as _, Bytes};
use object_store::{GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use relevance_storage::{CloudError, CloudStore};
use url::Url;

use super::background::{Background, Sink};
use super::location::{Variables, public_name, public_url};
use crate::error::DataError;

/// Bytes per request: enough for few requests, and little enough for each to end in time.
const RANGE_BYTES: u64 = 4 << 20;
/// Maximum number of fetched ranges that wait for the reader.
const RANGES_AHEAD: usize = 2;

/// File in an object store, in the version that was current when it was opened.
pub(super) struct Object {
    name: String,
    store: Arc<dyn ObjectStore>,
    metadata: ObjectMeta,
    background: Background,
}

impl Object {
    /// Opens the file with one request for its metadata.
    pub fn open(url: &Url, variables: &Variables) -> Result<Self, DataError> {
        let name = public_name(url);
        let CloudStore {
            objects: store,
            path,
        } = open_store(url, variables)?;
        let background = Background::start().map_err(DataError::file("open", &name))?;

        let found = {
            let store = Arc::clone(&store);
            background
                .wait(async move { store.head(&path).await })
                .map_err(DataError::file("open", &name))?
        };
        let metadata = found.map_err(|source| DataError::Object {
            action: "open",
            file: name.clone(),
            source: Box::new(source),
        })?;

        Ok(Self {
            name,
            store,
            metadata,
            background,
        })
    }

    /// Returns the URL without credentials.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the path of the file in its store.
    pub fn path(&self) -> &str {
        self.metadata.location.as_ref()
    }

    /// Returns its number of bytes.
    pub const fn size(&self) -> u64 {
        self.metadata.size
    }

    /// Starts to fetch the file, or its first bytes, and returns a reader of them.
    pub fn reader(&self, bytes: Option<u64>) -> ObjectReader {
        let end = bytes.map_or(self.metadata.size, |bytes| bytes.min(self.metadata.size));
        let (store, metadata) = (Arc::clone(&self.store), self.metadata.clone());
        let ranges = self
            .background
            .stream(RANGES_AHEAD, |sink| fetch(store, metadata, end, sink));

        ObjectReader {
            ranges,
            current: Bytes::new(),
            missing: end,
        }
    }
}

/// Opens the store at the URL, whose credentials are not used and so appear in no error.
pub(super) fn open_store(url: &Url, variables: &Variables) -> Result<CloudStore, DataError> {
    let url = public_url(url);

    CloudStore::open(&url, variables.as_slice()).map_err(|error| match error {
        CloudError::UnknownScheme { .. } | CloudError::InvalidUrl(_) => DataError::UnknownScheme {
            scheme: url.scheme().to_owned(),
            location: url.into(),
        },
        CloudError::InvalidSettings { variables, source } => DataError::InvalidLocation {
            location: url.into(),
            cause: format!("{source}; {variables}"),
        },
    })
}

/// Sends the file up to `end`, range by range, until a request fails or the reader is dropped.
async fn fetch(
    store: Arc<dyn ObjectStore>,
    metadata: ObjectMeta,
    end: u64,
    sink: Sink<io::Result<Bytes>>,
) {
    let mut start = 0;
    while start < end {
        let range = start..end.min(start + RANGE_BYTES);
        start = range.end;

        let fetched = fetch_range(store.as_ref(), &metadata, range).await;
        let failed = fetched.is_err();
        if !sink.send(fetched) || failed {
            return;
        }
    }
}

/// Fetches a range of the version that was opened.
async fn fetch_range(
    store: &dyn ObjectStore,
    metadata: &ObjectMeta,
    range: Range<u64>,
) -> io::Result<Bytes> {
    let options = GetOptions {
        if_match: metadata.e_tag.clone(),
        range: Some(range.into()),
        ..GetOptions::default()
    };

    let fetched = async {
        store
            .get_opts(&metadata.location, options)
            .await?
            .bytes()
            .await
    };
    fetched.await.map_err(|error| match error {
        object_store::Error::Precondition { .. } => {
            io::Error::other("it changed while it was read")
        }
        error => io::Error::other(error),
    })
}

/// Reader of an object's bytes in order.
pub(super) struct ObjectReader {
    ranges: Receiver<io::Result<Bytes>>,
    current: Bytes,
    /// Number of bytes that were not received yet.
    missing: u64,
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() && self.missing > 0 {
            let ended = || {
                io::Error::other(format!(
                    "the transfer ended {} bytes too early",
                    self.missing
                ))
            };
            self.current = self.ranges.recv().map_err(|_| ended())??;
            self.missing = self.missing.saturating_sub(self.current.len() as u64);
        }

        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(location: &str, variables: &[(&str, &str)]) -> String {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        open_store(&Url::parse(location).unwrap(), &variables)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn malformed_settings_are_named_with_the_variables_that_are_read() {
        for (location, variable, want) in [
            ("s3://bucket/a", ("AWS_ALLOW_HTTP", "perhaps"), "perhaps"),
            (
                "gs://bucket/a",
                ("GOOGLE_SERVICE_ACCOUNT_KEY", "{"),
                "`gs://bucket/a` is not a location",
            ),
            (
                "az://container/a",
                ("ACCOUNT_NAME", "account"),
                "Account must be specified",
            ),
        ] {
            let message = error(location, &[variable]);
            assert!(message.contains(want), "{message}");
        }
    }

    #[test]
    fn other_schemes_are_errors_with_those_that_are_accepted() {
        for location in [
            "ftp://host/a.csv",
            "https://me:secret@host/a.csv",
            "memory:///a.csv",
            "s3:///a.csv",
        ] {
            let message = error(location, &[]);
            assert!(
                message.contains("accepted are `file`, `s3`, `gs`"),
                "{message}"
            );
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
