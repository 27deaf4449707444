//! What stands before the router: the two routes that nearly every request asks, answered without it.
//!
//! The router looks paths up, boxes a future for each layer around a route, and holds layers that these answers never need.
//! Both ways call the same handlers and log and count alike; whatever is out of the ordinary goes through the router.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::header::{ACCEPT_ENCODING, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::FutureExt as _;
use tower_service::Service as _;

use crate::ServiceState;
use crate::application::{panicked, router};
use crate::body::JsonBody;
use crate::metrics::BusyRoute;
use crate::problem::Problem;
use crate::request_log::Exchange;
use crate::routes::{predict, predict_batch};

/// The service as a function from requests to answers; a clone shares it.
#[derive(Clone, Debug)]
pub struct Front(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: ServiceState,
    router: Router,
    predict: BusyRoute,
    predict_batch: BusyRoute,
}

/// A route that is answered here.
#[derive(Clone, Copy, Debug)]
enum Busy {
    Predict,
    PredictBatch,
}

impl Front {
    /// The service of a state.
    #[must_use]
    pub fn new(state: ServiceState) -> Self {
        let metrics = &state.metrics().http;
        let (predict, predict_batch) = (
            metrics.busy_route(predict::PATH),
            metrics.busy_route(predict_batch::PATH),
        );
        Self(Arc::new(Shared {
            router: router(state.clone()),
            predict,
            predict_batch,
            state,
        }))
    }

    /// Answers a request, whatever comes of it.
    ///
    /// # Errors
    /// Never: a failure is an answer too.
    pub async fn answer<B>(&self, request: Request<B>) -> Result<Response, Infallible>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        match self.busy(&request) {
            Some(busy) => Ok(self.answer_busy(busy, request).await),
            None => self.0.router.clone().call(request.map(Body::new)).await,
        }
    }

    /// The route, unless the request or the settings ask for what only the router has.
    fn busy<B>(&self, request: &Request<B>) -> Option<Busy> {
        let settings = self.0.state.settings();
        if request.method() != Method::POST || settings.spans || !settings.cors_origins.is_empty() {
            return None;
        }
        match request.uri().path() {
            predict::PATH => Some(Busy::Predict),
            // A long answer may be compressed.
            predict_batch::PATH if !request.headers().contains_key(ACCEPT_ENCODING) => {
                Some(Busy::PredictBatch)
            }
            _ => None,
        }
    }

    async fn answer_busy<B: HttpBody<Data = Bytes>>(
        &self,
        busy: Busy,
        request: Request<B>,
    ) -> Response {
        let exchange = Exchange::begin(&self.0.state, &request);
        let route = match busy {
            Busy::Predict => &self.0.predict,
            Busy::PredictBatch => &self.0.predict_batch,
        };
        let judged = AssertUnwindSafe(self.judge(busy, &exchange, request))
            .catch_unwind()
            .await;
        let mut response = match judged {
            Ok(Ok(response)) => response,
            Ok(Err(problem)) => problem.into_response(),
            Err(panic) => panicked(panic),
        };
        response
            .headers_mut()
            .insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let took = exchange.end(&self.0.state, route.name(), &mut response);
        self.0
            .state
            .metrics()
            .http
            .answered_busy(route, response.status(), took);
        response
    }

    async fn judge<B: HttpBody<Data = Bytes>>(
        &self,
        busy: Busy,
        exchange: &Exchange,
        request: Request<B>,
    ) -> Result<Response, Problem> {
        let state = &self.0.state;
        state.settings().keys.check(request.headers())?;
        match busy {
            Busy::Predict => {
                let body = JsonBody::take(request, state.limits()).await?;
                predict::answer(state, &exchange.id, &body)
                    .await
                    .map(IntoResponse::into_response)
            }
            Busy::PredictBatch => {
                let body = JsonBody::take(request, state.limits()).await?;
                predict_batch::answer(state, &exchange.id, &body)
                    .await
                    .map(IntoResponse::into_response)
            }
        }
    }
}
