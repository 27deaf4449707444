//! An object store that fails at a chosen call.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// How the chosen call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The call does nothing; later calls work.
    Refused,
    /// The call takes effect, but its answer is lost; later calls work.
    AnswerLost,
    /// The call and all later ones do nothing, as after a kill.
    Dead,
}

/// Passes every call on, except the chosen one.
#[derive(Debug)]
pub struct FailingObjects {
    inner: Arc<dyn ObjectStore>,
    failure: Failure,
    /// Calls that work before the failure.
    at: usize,
    calls: AtomicUsize,
}

impl FailingObjects {
    /// Fails at call `at`, counted from 0.
    pub fn new(inner: Arc<dyn ObjectStore>, failure: Failure, at: usize) -> Self {
        Self { inner, failure, at, calls: 0.into() }
    }

    /// Whether the chosen call was reached.
    pub fn has_failed(&self) -> bool {
        self.calls.load(Ordering::SeqCst) > self.at
    }

    /// Counts a call and says how it is to fail, if at all.
    fn count(&self) -> Option<Failure> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let fails = if self.failure == Failure::Dead { call >= self.at } else { call == self.at };
        fails.then_some(self.failure)
    }

    async fn run<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        match self.count() {
            None => call.await,
            Some(Failure::Refused | Failure::Dead) => Err(failure()),
            Some(Failure::AnswerLost) => {
                let _ = call.await;
                Err(failure())
            }
        }
    }
}

fn failure() -> Error {
    Error::Generic { store: "failing", source: "injected".into() }
}

impl fmt::Display for FailingObjects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "failing {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for FailingObjects {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.run(self.inner.put_opts(path, payload, options)).await
    }

    async fn put_multipart_opts(&self, path: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.run(self.inner.put_multipart_opts(path, options)).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.run(self.inner.get_opts(path, options)).await
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.run(self.inner.get_ranges(path, ranges)).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.count() {
            None => self.inner.list(prefix),
            Some(_) => futures::stream::once(async { Err(failure()) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.run(self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.run(self.inner.copy_opts(from, to, options)).await
    }
}
