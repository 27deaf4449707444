//! Object store with a failure or an interruption at a chosen call.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// Failure at the chosen call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The call does nothing; later calls work.
    Refused,
    /// The call takes effect, but its response is lost; later calls work.
    AnswerLost,
    /// The call and all later ones do nothing, as after a kill.
    Dead,
    /// A put takes effect and is repeated, as by a client that did not get the response; other
    /// calls work.
    Repeated,
    /// Another process changes the store before the call, which then works.
    Interrupted,
}

/// Forwards every call, except the chosen one.
#[derive(Debug)]
pub struct FailingObjects {
    inner: Arc<dyn ObjectStore>,
    plan: Arc<Plan>,
}

struct Plan {
    failure: Failure,
    /// Number of calls before the failure.
    at: usize,
    calls: AtomicUsize,
    interruption: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl FailingObjects {
    /// Fails at call `at`, counted from 0.
    pub fn new(inner: Arc<dyn ObjectStore>, failure: Failure, at: usize) -> Self {
        let plan = Plan {
            failure,
            at,
            calls: 0.into(),
            interruption: Mutex::default(),
        };
        Self {
            inner,
            plan: Arc::new(plan),
        }
    }

    /// Runs `interruption` before call `at`, counted from 0.
    pub fn interrupted(
        inner: Arc<dyn ObjectStore>,
        at: usize,
        interruption: BoxFuture<'static, ()>,
    ) -> Self {
        let objects = Self::new(inner, Failure::Interrupted, at);
        *objects.plan.interruption.lock().unwrap() = Some(interruption);
        objects
    }

    /// Returns whether the chosen call was reached.
    pub fn has_failed(&self) -> bool {
        self.plan.calls.load(Ordering::SeqCst) > self.plan.at
    }
}

impl Plan {
    /// Counts a call and returns its failure, if it has one.
    fn count(&self) -> Option<Failure> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let fails = if self.failure == Failure::Dead {
            call >= self.at
        } else {
            call == self.at
        };
        fails.then_some(self.failure)
    }

    async fn run<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        self.fail(self.count(), call).await
    }

    async fn fail<T>(
        &self,
        failure: Option<Failure>,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match failure {
            None | Some(Failure::Repeated) => call.await,
            Some(Failure::Refused | Failure::Dead) => Err(injected()),
            Some(Failure::AnswerLost) => {
                let _ = call.await;
                Err(injected())
            }
            Some(Failure::Interrupted) => {
                let interruption = self.interruption.lock().unwrap().take().unwrap();
                interruption.await;
                call.await
            }
        }
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} at {}", self.failure, self.at)
    }
}

fn injected() -> Error {
    Error::Generic {
        store: "failing",
        source: "injected".into(),
    }
}

impl fmt::Display for FailingObjects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "failing {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for FailingObjects {
    async fn put_opts(
        &self,
        path: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let failure = self.plan.count();
        if failure == Some(Failure::Repeated) {
            let _ = self
                .inner
                .put_opts(path, payload.clone(), options.clone())
                .await;
        }

        self.plan
            .fail(failure, self.inner.put_opts(path, payload, options))
            .await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.plan
            .run(self.inner.put_multipart_opts(path, options))
            .await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.plan.run(self.inner.get_opts(path, options)).await
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.plan.run(self.inner.get_ranges(path, ranges)).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let (inner, plan) = (Arc::clone(&self.inner), Arc::clone(&self.plan));
        let delete = move |path: Result<Path>| {
            let (inner, plan) = (Arc::clone(&inner), Arc::clone(&plan));
            async move {
                let path = path?;
                plan.run(inner.delete(&path)).await?;
                Ok(path)
            }
        };

        paths.then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (inner, plan, prefix) = (
            Arc::clone(&self.inner),
            Arc::clone(&self.plan),
            prefix.cloned(),
        );
        let list = async move {
            let listed = plan.run(async { Ok(inner.list(prefix.as_ref())) }).await;
            listed.unwrap_or_else(|error| futures::stream::once(async { Err(error) }).boxed())
        };

        futures::stream::once(list).flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.plan.run(self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.plan.run(self.inner.copy_opts(from, to, options)).await
    }
}
