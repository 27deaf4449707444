//! Headers of responses in the specification.

use aide::openapi::{
    Components, Header, HeaderStyle, OpenApi, ParameterSchemaOrContent, ReferenceOr, Response,
    SchemaObject, StatusCode,
};
use schemars::json_schema;

use crate::openapi::operations::operations;
use crate::problem::RETRY_AFTER_S;

const REQUEST_ID: &str = "x-request-id";
const RETRY_AFTER: &str = "retry-after";
const AUTHENTICATE: &str = "www-authenticate";

/// Adds the headers to every response of every operation.
pub(crate) fn document_headers(specification: &mut OpenApi) {
    let components = specification
        .components
        .get_or_insert_with(Components::default);
    for (name, header) in [
        (REQUEST_ID, request_id()),
        (RETRY_AFTER, retry_after()),
        (AUTHENTICATE, authenticate()),
    ] {
        components
            .headers
            .insert(name.to_owned(), ReferenceOr::Item(header));
    }

    for operation in operations(specification) {
        for (status, response) in operation
            .responses
            .iter_mut()
            .flat_map(|responses| &mut responses.responses)
        {
            if let ReferenceOr::Item(response) = response {
                add_references(response, status);
            }
        }
    }
}

fn add_references(response: &mut Response, status: &StatusCode) {
    let specific = match status {
        StatusCode::Code(401) => Some(AUTHENTICATE),
        StatusCode::Code(429) => Some(RETRY_AFTER),
        StatusCode::Code(_) | StatusCode::Range(_) => None,
    };

    for name in [REQUEST_ID].into_iter().chain(specific) {
        let reference = ReferenceOr::Reference {
            reference: format!("#/components/headers/{name}"),
            summary: None,
            description: None,
        };
        response.headers.insert(name.to_owned(), reference);
    }
}

fn request_id() -> Header {
    let schema =
        json_schema!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" });
    header(
        "Id of the request in the log: the client's, or a new one.",
        schema,
    )
}

fn retry_after() -> Header {
    let schema = json_schema!({ "type": "integer", "minimum": 0, "examples": [RETRY_AFTER_S] });
    header("Seconds until the request may be tried again.", schema)
}

fn authenticate() -> Header {
    header(
        "The scheme to send a key with.",
        json_schema!({ "type": "string", "examples": ["Bearer"] }),
    )
}

fn header(description: &str, json_schema: schemars::Schema) -> Header {
    let schema = SchemaObject {
        json_schema,
        example: None,
        external_docs: None,
    };

    Header {
        description: Some(description.to_owned()),
        style: HeaderStyle::Simple,
        required: true,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(schema),
        example: None,
        examples: <_>::default(),
        extensions: <_>::default(),
    }
}
