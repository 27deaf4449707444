//! The service's OpenAPI specification.

use aide::openapi::{Info, License, OpenApi, Tag};

use crate::openapi::headers::document_headers;
use crate::openapi::security::document_keys;
use crate::routes::api;

/// What a reader of the specification sees first.
const DESCRIPTION: &str = "Answers one question: is this text relevant?\n\n\
Every refusal is `application/problem+json` (RFC 9457) with a stable `code`, but in the Open Inference Protocol, which tells \
`{\"error\": \"…\"}`. Besides those listed with each operation, an unknown path is answered with 404 `not_found`, and a known path \
with another method with 405 `method_not_allowed` and the header `Allow`. Limits on sizes, counts and times are those of the \
service that answers: `/v1/model` tells them.\n\n\
A request may bring an id in `x-request-id`, 1 to 128 visible ASCII characters, and a `traceparent`; both come back, and an id \
is made when there is none.\n\n\
Pages besides: `/` to try sentences, `/model` with the card of the model that answers, `/docs` with this reference, \
`/openapi.json` with this specification, and `/metrics` for Prometheus.";

/// The specification of every route, as a value.
#[must_use]
pub fn openapi() -> OpenApi {
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
                ..License::default()
            }),
            ..Info::default()
        },
        tags: vec![
            tag("prediction", "Texts to verdicts."),
            tag(
                "inference protocol",
                "The Open Inference Protocol 2, which other model servers speak too; also over gRPC.",
            ),
            tag("model", "What is served."),
            tag("feedback", "What people say about verdicts."),
            tag("health", "Whether the service runs and takes requests."),
        ],
        ..OpenApi::default()
    };
    let _ = api::api().finish_api(&mut specification);
    document_keys(&mut specification);
    document_headers(&mut specification);
    specification
}

/// The specification as it is served and committed: indented JSON with a trailing newline.
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
