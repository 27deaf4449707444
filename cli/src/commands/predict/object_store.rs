//! Outputs in object stores: objects that are there only once they are complete.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::anyhow;
use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStoreExt as _};
use relevance_storage::{CloudError, CloudStore, advice, environment};
use tokio::runtime::Runtime;
use url::Url;

use crate::async_runtime;
use crate::exit::WrongUsage;

/// Size of a part of an upload, of which a store takes 10,000.
const PART_BYTES: usize = 16 << 20;

/// A place in an object store, by its URL.
#[derive(Clone)]
pub struct RemoteObject {
    location: String,
    store: CloudStore,
    runtime: &'static Runtime,
}

/// Writer of an object in parts; clones write to the same object.
#[derive(Clone)]
pub struct Upload(Arc<Mutex<Parts>>);

struct Parts {
    object: RemoteObject,
    /// Bytes of the next part.
    buffer: Vec<u8>,
    /// The upload of an object of more than one part.
    upload: Option<Box<dyn MultipartUpload>>,
}

impl RemoteObject {
    /// Opens the place without a request.
    pub fn at(path: &Path) -> anyhow::Result<Self> {
        let location = path.display().to_string();
        let wrong = |error: anyhow::Error| {
            WrongUsage(error.context(format!("`{location}` is not a location for predictions")))
        };
        let url = Url::parse(&location).map_err(|error| wrong(error.into()))?;
        let variables: Vec<_> = environment().collect();
        let store = CloudStore::open(&url, &variables).map_err(|error| match error {
            CloudError::UnknownScheme { .. } | CloudError::InvalidUrl(_) => wrong(anyhow!(
                "expected a path, or the URL of a bucket or container with `s3://`, `gs://` or `az://`"
            )),
            error @ CloudError::InvalidSettings { .. } => wrong(error.into()),
        })?;
        Ok(Self {
            location,
            store,
            runtime: runtime()?,
        })
    }

    /// Returns whether it exists.
    pub fn exists(&self) -> anyhow::Result<bool> {
        let head = self.store.objects.head(&self.store.path);
        match self.runtime.block_on(head) {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.failed("look for", error)),
        }
    }

    /// Reads its content.
    pub fn read(&self) -> anyhow::Result<Bytes> {
        let read = async {
            self.store
                .objects
                .get(&self.store.path)
                .await?
                .bytes()
                .await
        };
        self.runtime
            .block_on(read)
            .map_err(|error| self.failed("read", error))
    }

    /// Replaces it by this content.
    pub fn write(&self, content: Vec<u8>) -> anyhow::Result<()> {
        let put = self.store.objects.put(&self.store.path, content.into());
        let put = self.runtime.block_on(put);
        put.map(drop).map_err(|error| self.failed("write", error))
    }

    /// Begins an upload that replaces it once it is committed.
    pub fn upload(self) -> Upload {
        Upload(Arc::new(Mutex::new(Parts {
            object: self,
            buffer: Vec::new(),
            upload: None,
        })))
    }

    fn failed(&self, action: &'static str, error: object_store::Error) -> anyhow::Error {
        let advice = advice(action, "read and write there", &error);
        let advice = advice.map_or_else(String::new, |advice| format!(": {advice}"));
        anyhow::Error::new(error).context(format!("cannot {action} `{}`{advice}", self.location))
    }
}

/// Returns the runtime of the requests of all objects.
fn runtime() -> anyhow::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }

    let started = async_runtime::start()?;
    Ok(RUNTIME.get_or_init(|| started))
}

impl Upload {
    /// Completes the object.
    pub fn commit(self) -> anyhow::Result<()> {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.upload.is_none() {
            let content = std::mem::take(&mut parts.buffer);
            return parts.object.write(content);
        }

        let sent = parts.send();
        sent.map_err(|error| parts.object.failed("write", error))?;
        let Parts { object, upload, .. } = &mut *parts;
        let Some(upload) = upload.as_mut() else {
            return Ok(());
        };
        let completed = object.runtime.block_on(upload.complete());
        completed.map_err(|error| object.failed("write", error))?;
        parts.upload = None;
        Ok(())
    }
}

impl Parts {
    /// Sends the buffer as the next part.
    fn send(&mut self) -> object_store::Result<()> {
        let RemoteObject { store, runtime, .. } = &self.object;
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => runtime.block_on(store.objects.put_multipart(&store.path))?,
        };
        let part = upload.put_part(std::mem::take(&mut self.buffer).into());
        self.upload = Some(upload);
        runtime.block_on(part)
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.buffer.extend_from_slice(bytes);
        if parts.buffer.len() >= PART_BYTES {
            parts.send().map_err(io::Error::other)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Parts {
    /// Removes the parts of an object that is not complete, as far as that is possible.
    fn drop(&mut self) {
        if let Some(upload) = &mut self.upload {
            let _ = self.object.runtime.block_on(upload.abort());
        }
    }
}
