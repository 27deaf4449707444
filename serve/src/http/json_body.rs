//! Request bodies as JSON of a known shape.

use std::marker::PhantomData;
use std::sync::Arc;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::Json;
use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use serde_json::error::Category;

use crate::http::open_connections::Connection;
use crate::http::request_body::{RequestBody, read_body};
use crate::problem::Problem;
use crate::settings::Limits;
use crate::state::ServiceState;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A body that should be a JSON object of the shape `T`; unlike with axum's extractor, every
/// rejection is a problem.
pub(crate) struct JsonBody<T> {
    content: RequestBody,
    shape: PhantomData<fn() -> T>,
}

impl<T> JsonBody<T> {
    /// Reads the body of a request, whatever its body type.
    pub(crate) async fn read<B>(
        request: axum::http::Request<B>,
        limits: &Limits,
        connection: &Arc<Connection>,
    ) -> Result<Self, Problem>
    where
        B: HttpBody<Data = Bytes>,
    {
        if !is_json(request.headers()) {
            return Err(Problem::UnsupportedMediaType);
        }

        let (head, body) = request.into_parts();
        Ok(Self {
            content: read_body(&head.headers, body, limits, connection).await?,
            shape: PhantomData,
        })
    }

    /// Parses the object; strings without escapes borrow from the body.
    pub(crate) fn parse<'c, R: Deserialize<'c>>(&'c self) -> Result<R, Problem> {
        parse(&self.content.content)
    }
}

impl<T> FromRequest<ServiceState> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ServiceState) -> Result<Self, Problem> {
        let connection = state.connections().of_request(request.extensions());
        Self::read(request, state.limits(), &connection).await
    }
}

impl<T: JsonSchema> OperationInput for JsonBody<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Json::<T>::operation_input(context, operation);
    }
}

/// Whether the content type is `application/json` or `application/…+json`, with or without
/// parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.to_str())
    else {
        return false;
    };

    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();

    essence
        .strip_prefix("application/")
        .is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

/// Parses JSON that must be an object.
pub(crate) fn parse<'c, T: Deserialize<'c>>(content: &'c [u8]) -> Result<T, Problem> {
    // Editors and tools on Windows write the mark, and a parser may ignore it (RFC 8259, 8.1).
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let text =
        std::str::from_utf8(content).map_err(|error| Problem::MalformedJson(error.to_string()))?;
    // serde would also read a struct from an array of its fields.
    let is_object = text.trim_start().starts_with('{');

    match serde_json::from_str(text) {
        Ok(value) if is_object => Ok(value),
        Err(error) if error.classify() != Category::Data => {
            Err(Problem::MalformedJson(error.to_string()))
        }
        Err(error) if is_object => Err(Problem::InvalidBody(error.to_string())),
        Ok(_) | Err(_) => Err(Problem::InvalidBody("expected an object".to_owned())),
    }
}

/// Deserialises a whole number in any notation of JSON: 1.0 is one too.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is whole and in the range"
)]
pub(crate) fn deserialize_whole_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<u32, D::Error> {
    Number::deserialize(deserializer)?
        .as_f64()
        .filter(|number| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number))
        .map(|number| number as u32)
        .ok_or_else(|| D::Error::custom("expected a whole number from 0 to 4294967295"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn json_is_recognised_by_its_media_type() {
        for (value, want) in [
            ("application/json", true),
            ("Application/JSON ; charset=utf-8", true),
            ("application/vnd.api+json", true),
            ("text/json", false),
            ("application/jsonp", false),
            ("application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]);
            assert_eq!(is_json(&headers), want, "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
