//! The HTTP routes.

use aide::axum::ApiRouter;

use crate::oip::rest::{
    config, infer, metadata, model_statistics, ready, repository_index, repository_load,
    repository_unload, server, statistics,
};
use crate::state::ServiceState;

/// All routes of the protocol, except health.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .merge(server::router())
        .merge(metadata::router())
        .merge(ready::router())
        .merge(config::router())
        .merge(statistics::router())
        .merge(model_statistics::router())
        .merge(infer::router())
        .merge(repository_index::router())
        .merge(repository_load::router())
        .merge(repository_unload::router())
}
