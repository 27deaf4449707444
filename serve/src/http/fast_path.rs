//! Fast path: serves the two hot routes without the axum router.
//!
//! The router boxes a future for each layer around a route and has layers that these responses
//! never need. Both ways call the same handlers, log and count alike; requests that need anything
//! else go through the router.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::header::{ACCEPT_ENCODING, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, Request, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::FutureExt as _;
use tower_service::Service as _;

use crate::http::access_log::RequestScope;
use crate::http::json_body::JsonBody;
use crate::http::open_connections::Connection;
use crate::http::panic::panic_problem;
use crate::http::reject::reject;
use crate::http::router::router;
use crate::http::unsent::count;
use crate::metrics::{HotRouteMetrics, Route};
use crate::problem::Problem;
use crate::routes::{invocations, ping, predict, predict_batch};
use crate::state::ServiceState;

/// The service as a function from requests to responses; a clone shares it.
#[derive(Clone, Debug)]
pub struct FastPath(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: ServiceState,
    router: Router,
    predict: HotRouteMetrics,
    predict_batch: HotRouteMetrics,
}

/// A route of the fast path.
#[derive(Clone, Copy, Debug)]
enum HotRoute {
    Predict,
    PredictBatch,
}

impl FastPath {
    /// The service of a state.
    #[must_use]
    pub fn new(state: ServiceState) -> Self {
        let metrics = &state.metrics().http;
        let (predict, predict_batch) = (
            metrics.hot_route(predict::PATH),
            metrics.hot_route(predict_batch::PATH),
        );

        Self(Arc::new(Shared {
            router: router(state.clone()),
            predict,
            predict_batch,
            state,
        }))
    }

    /// Responds to a request.
    ///
    /// # Errors
    /// Never: a failure is a response too.
    pub async fn respond<B>(&self, request: Request<B>) -> Result<Response, Infallible>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let connection = self.0.state.connections().unlisted();
        self.respond_on(&connection, request).await
    }

    /// Responds to a request that came by a connection.
    pub(super) async fn respond_on<B>(
        &self,
        connection: &Arc<Connection>,
        mut request: Request<B>,
    ) -> Result<Response, Infallible>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        if let Some(path) = self.platform_path(request.uri().path()) {
            *request.uri_mut() = Uri::from_static(path);
        }

        if let Some(hot) = self.hot_route(&request) {
            return Ok(self.respond_hot(hot, connection, request).await);
        }

        request.extensions_mut().insert(Arc::clone(connection));
        self.0.router.clone().call(request.map(Body::new)).await
    }

    /// Responds to a request with a problem of its head.
    pub(super) fn refuse<B>(&self, request: &Request<B>, problem: Problem) -> Response {
        let (state, route) = (&self.0.state, Route::from_matched_path(None));
        let scope = RequestScope::begin(state, request);
        let mut response = reject(request.uri(), problem);

        let took = scope.finish(state, route.name(), &mut response);
        state.metrics().http.count(&route, response.status(), took);
        response
    }

    /// The path of the route that has this further path, which the platform chose.
    fn platform_path(&self, path: &str) -> Option<&'static str> {
        let settings = self.0.state.settings();
        let is = |route: &Option<String>| route.as_deref() == Some(path);

        if is(&settings.predict_route) {
            Some(invocations::PATH)
        } else if is(&settings.health_route) {
            Some(ping::PATH)
        } else {
            None
        }
    }

    /// The hot route of a request, unless it or the settings need a layer that only the router has.
    fn hot_route<B>(&self, request: &Request<B>) -> Option<HotRoute> {
        let settings = self.0.state.settings();
        if request.method() != Method::POST || settings.spans || !settings.cors_origins.is_empty() {
            return None;
        }

        match request.uri().path() {
            predict::PATH => Some(HotRoute::Predict),
            // Only the router compresses long responses.
            predict_batch::PATH if !request.headers().contains_key(ACCEPT_ENCODING) => {
                Some(HotRoute::PredictBatch)
            }
            _ => None,
        }
    }

    async fn respond_hot<B: HttpBody<Data = Bytes>>(
        &self,
        hot: HotRoute,
        connection: &Arc<Connection>,
        request: Request<B>,
    ) -> Response {
        let scope = RequestScope::begin(&self.0.state, &request);
        let route = match hot {
            HotRoute::Predict => &self.0.predict,
            HotRoute::PredictBatch => &self.0.predict_batch,
        };

        let result = AssertUnwindSafe(self.run_handler(hot, connection, &scope, request))
            .catch_unwind()
            .await;
        let mut response = match result {
            Ok(Ok(response)) => response,
            Ok(Err(problem)) => problem.into_response(),
            Err(panic) => panic_problem(&*panic).into_response(),
        };
        response
            .headers_mut()
            .insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));

        let took = scope.finish(&self.0.state, route.name(), &mut response);
        self.0
            .state
            .metrics()
            .http
            .count_hot(route, response.status(), took);

        response
    }

    async fn run_handler<B: HttpBody<Data = Bytes>>(
        &self,
        hot: HotRoute,
        connection: &Arc<Connection>,
        scope: &RequestScope,
        request: Request<B>,
    ) -> Result<Response, Problem> {
        let state = &self.0.state;
        state.settings().keys.check(request.headers())?;

        match hot {
            HotRoute::Predict => {
                let body = JsonBody::read(request, state.limits(), connection).await?;
                predict::respond(state, &scope.id, &body)
                    .await
                    .map(IntoResponse::into_response)
            }
            HotRoute::PredictBatch => {
                let body = JsonBody::read(request, state.limits(), connection).await?;
                let response = predict_batch::respond(state, &scope.id, &body).await?;
                drop(body);
                count(response.into_response(), connection)
            }
        }
    }
}
