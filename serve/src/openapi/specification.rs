//! The service's OpenAPI specification.

use aide::openapi::{Info, License, OpenApi, Server, Tag};

use crate::openapi::enumerations::plain_enumerations;
use crate::openapi::headers::document_headers;
use crate::openapi::security::document_keys;
use crate::routes::api;

/// Introduction of the specification.
const DESCRIPTION: &str = "Classifies texts as relevant or not.\n\n\
Every rejection is `application/problem+json` (RFC 9457) with a stable `code`, except in the \
Open Inference Protocol, whose errors are `{\"error\": \"…\"}`. Besides the problems of each \
operation, an unknown path returns 404 `not_found`, and a known path with another method 405 \
`method_not_allowed` with the header `Allow`. `/v1/model` lists the service's limits on sizes, \
counts and times.\n\n\
A request may have an id in `x-request-id`, 1 to 128 visible ASCII characters, and a \
`traceparent`; the response repeats both, and has a new id if the request had none.\n\n\
Other pages: `/` to try sentences, `/model` with the card of the active model, `/docs` with \
this reference, `/openapi.json` with this specification, and `/metrics` for Prometheus.";

/// The specification of every route, as a value.
fn openapi() -> OpenApi {
    let tag = |name: &str, description: &str| Tag {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        ..Tag::default()
    };

    let mut specification = OpenApi {
        info: Info {
            title: "relevance".to_owned(),
            description: Some(DESCRIPTION.to_owned()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            license: Some(License {
                name: env!("CARGO_PKG_LICENSE").to_owned(),
                identifier: Some(env!("CARGO_PKG_LICENSE").to_owned()),
                ..License::default()
            }),
            ..Info::default()
        },
        servers: vec![Server {
            url: "/".to_owned(),
            description: Some("The service that has this specification.".to_owned()),
            ..Server::default()
        }],
        // Operations that need no key; the others have their own requirements.
        security: vec![<_>::default()],
        tags: vec![
            tag("prediction", "Predictions for texts."),
            tag(
                "inference protocol",
                "The Open Inference Protocol 2, common to many model servers; also over gRPC.",
            ),
            tag("model", "The active model."),
            tag("feedback", "People's labels for predictions."),
            tag("health", "Liveness and readiness."),
        ],
        ..OpenApi::default()
    };

    let _ = api::api().finish_api(&mut specification);
    document_keys(&mut specification);
    document_headers(&mut specification);
    plain_enumerations(&mut specification);

    specification
}

/// The specification as indented JSON with a trailing newline.
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "a specification always serialises"
)]
pub fn openapi_json() -> String {
    let json = serde_json::to_string_pretty(&openapi())
        .expect("every key of the specification is a string");

    format!("{json}\n")
}
