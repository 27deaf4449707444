//! What the protocol's routes share to describe their errors in the specification.

use aide::openapi::{Example, ReferenceOr};
use aide::transform::TransformOperation;

use crate::oip::error::{ErrorBody, ProtocolError};
use crate::oip::invalid_request::InvalidRequest;
use crate::openapi::operation::media_type;
use crate::problem::{Limit, Problem};
use crate::settings::Limits;

const JSON: &str = "application/json";

/// The tag of the protocol's operations.
pub(super) const TAG: &str = "inference protocol";

/// Why a request may not ask.
pub(super) fn key_errors() -> [ProtocolError; 2] {
    [Problem::KeyMissing.into(), Problem::KeyUnknown.into()]
}

/// Why a request may not change what is served.
pub(super) fn operator_errors() -> impl Iterator<Item = ProtocolError> {
    key_errors().into_iter().chain([Problem::KeysNeeded.into()])
}

/// What a path that names a model can be wrong in.
pub(super) fn name_errors() -> [ProtocolError; 2] {
    [
        InvalidRequest::Path("Invalid UTF-8 in `model`".to_owned()).into(),
        ProtocolError::UnknownModel {
            asked: "sentiment".to_owned(),
            served: "relevance".to_owned(),
        },
    ]
}

/// What a path that names a model and a version can be wrong in.
pub(super) fn version_errors() -> impl Iterator<Item = ProtocolError> {
    let version = ProtocolError::UnknownVersion {
        asked: "2".to_owned(),
        model: "relevance".to_owned(),
        loaded: 3,
    };
    name_errors().into_iter().chain([version])
}

/// What can be wrong with a body; `invalid` is an example of one of the wrong shape.
pub(super) fn body_errors(invalid: &str) -> [ProtocolError; 6] {
    let limits = Limits::DEFAULT;
    [
        Problem::MalformedJson("expected `:` at line 1 column 8".to_owned()).into(),
        Problem::IncompleteBody.into(),
        Problem::BodyTooSlow(Limit::body_time(limits.body_timeout)).into(),
        Problem::BodyTooLarge(Limit::body(limits.max_body_bytes)).into(),
        ProtocolError::ContentEncoding("gzip".to_owned()),
        InvalidRequest::Body(invalid.to_owned()).into(),
    ]
}

/// Adds the errors that an operation can answer with, each as an example of its status.
pub(super) fn errors(
    mut operation: TransformOperation<'_>,
    errors: impl IntoIterator<Item = ProtocolError>,
) -> TransformOperation<'_> {
    let all = errors
        .into_iter()
        .chain([Problem::Internal("".into()).into()]);
    for error in all {
        let (status, _) = error.kind();
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
