//! The protocol over HTTP, one file per route.

mod body;
mod documentation;
mod infer;
mod infer_documentation;
mod infer_request;
mod infer_response;
mod metadata;
mod path;
mod ready;
mod repository_index;
mod repository_load;
mod repository_unload;
mod server;

use aide::axum::ApiRouter;

use crate::ServiceState;

/// The tag of the protocol's operations.
const TAG: &str = "inference protocol";

/// Every route but health, which is not of the protocol alone.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .merge(server::router())
        .merge(metadata::router())
        .merge(ready::router())
        .merge(infer::router())
        .merge(repository_index::router())
        .merge(repository_load::router())
        .merge(repository_unload::router())
}
