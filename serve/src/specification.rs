//! The service's OpenAPI specification.

use aide::openapi::{Info, License, OpenApi, Tag};

use crate::routes;

/// What a reader of the specification sees first.
const DESCRIPTION: &str = "Answers one question: is this text relevant?\n\nEvery refusal is `application/problem+json` \
(RFC 9457) with a stable `code`. Besides those listed with each operation, an unknown path is answered with 404 \
`not_found`, and a known path with another method with 405 `method_not_allowed` and the header `Allow`.";

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
            license: Some(License { name: env!("CARGO_PKG_LICENSE").to_owned(), ..License::default() }),
            ..Info::default()
        },
        tags: vec![
            tag("prediction", "Texts to verdicts."),
            tag("model", "What is served."),
            tag("feedback", "What people say about verdicts."),
            tag("health", "Whether the service runs and takes requests."),
        ],
        ..OpenApi::default()
    };
    let _ = routes::api().finish_api(&mut specification);
    specification
}

/// The specification as it is served and committed: indented JSON with a trailing newline.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "a specification always serialises")]
pub fn openapi_json() -> String {
    let json = serde_json::to_string_pretty(&openapi()).expect("every key of the specification is a string");
    format!("{json}\n")
}
