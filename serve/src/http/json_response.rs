//! Responses as JSON, serialised in the handler.

use std::marker::PhantomData;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as Documented};
use axum::Json;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;

/// The JSON of a `T`, which may have borrowed from the request and the model.
pub(crate) struct JsonResponse<T> {
    json: Vec<u8>,
    shape: PhantomData<fn() -> T>,
}

impl<T> JsonResponse<T> {
    /// Serialises the response; `capacity` is its approximate size in bytes.
    pub(crate) fn new(response: &impl Serialize, capacity: usize) -> Self {
        let mut json = Vec::with_capacity(capacity);
        serde_json::to_writer(&mut json, response).expect("every key of a response is a string");

        Self {
            json,
            shape: PhantomData,
        }
    }
}

impl<T> IntoResponse for JsonResponse<T> {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(Bytes::from(self.json)));
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));

        response
    }
}

impl<T: JsonSchema> OperationOutput for JsonResponse<T> {
    type Inner = T;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<Documented> {
        Json::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Documented)> {
        Json::<T>::inferred_responses(context, operation)
    }
}
