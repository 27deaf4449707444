//! Building blocks for the description of errors in the specification.

use aide::openapi::{Example, ReferenceOr};
use aide::transform::TransformOperation;

use crate::oip::error::{ErrorBody, ProtocolError};
use crate::oip::invalid_request::InvalidRequest;
use crate::openapi::operation::media_type;
use crate::problem::{Limit, Problem};
use crate::settings::Limits;

const JSON: &str = "application/json";

/// Tag of the protocol's operations.
pub(super) const TAG: &str = "inference protocol";

/// Errors of requests without a valid key.
pub(super) fn key_errors() -> [ProtocolError; 2] {
    [Problem::KeyMissing.into(), Problem::KeyUnknown.into()]
}

/// Errors of requests that may not change the active model.
pub(super) fn operator_errors() -> impl Iterator<Item = ProtocolError> {
    key_errors().into_iter().chain([Problem::KeysNeeded.into()])
}

/// Errors of a path that names a model.
pub(super) fn name_errors() -> [ProtocolError; 2] {
    [
        InvalidRequest::Path("Invalid UTF-8 in `model`".to_owned()).into(),
        ProtocolError::UnknownModel {
            requested: "sentiment".to_owned(),
            name: Some("relevance".to_owned()),
        },
    ]
}

/// Errors of a path that names a model and a version.
pub(super) fn version_errors() -> impl Iterator<Item = ProtocolError> {
    let version = ProtocolError::UnknownVersion {
        requested: "2".to_owned(),
        model: "relevance".to_owned(),
        loaded: 3,
    };
    name_errors().into_iter().chain([version])
}

/// Errors of a body; `invalid` is the message for a body of the wrong shape.
pub(super) fn body_errors(invalid: &str) -> [ProtocolError; 7] {
    let limits = Limits::DEFAULT;
    [
        Problem::MalformedJson("expected `:` at line 1 column 8".to_owned()).into(),
        Problem::IncompleteBody.into(),
        Problem::BodyTooSlow {
            limit: Limit::body_time(limits.body_timeout),
        }
        .into(),
        Problem::BodyTooLarge {
            limit: Limit::body(limits.max_body_bytes),
        }
        .into(),
        Problem::UnsupportedEncoding("br".to_owned()).into(),
        Problem::MalformedGzip("invalid gzip header".to_owned()).into(),
        InvalidRequest::Body(invalid.to_owned()).into(),
    ]
}

/// Adds the errors of an operation, each as an example of its status.
pub(super) fn errors(
    mut operation: TransformOperation<'_>,
    errors: impl IntoIterator<Item = ProtocolError>,
) -> TransformOperation<'_> {
    let all = errors
        .into_iter()
        .chain([Problem::Internal("".into()).into()]);

    for error in all {
        let status = error.status();
        let told = serde_json::to_value(error.body()).expect("every key of an error is a string");
        let example = Example {
            value: Some(told),
            ..Example::default()
        };
        let content = media_type::<ErrorBody>(operation.inner_mut(), status.as_u16(), JSON);
        content
            .examples
            .insert(error.name().to_owned(), ReferenceOr::Item(example));
    }
    operation
}
