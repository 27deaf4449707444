//! Security schemes, and the operations that need a key.

use aide::openapi::{ApiKeyLocation, OpenApi, ReferenceOr, SecurityScheme, StatusCode};
use aide::transform::{TransformOperation, TransformPathItem};

use crate::openapi::operation::problems;
use crate::openapi::operations::{operations, operations_of};
use crate::problem::Problem;

/// Names of the two ways to send a key.
const SCHEMES: [&str; 2] = ["bearer", "api_key"];

/// Adds the security schemes, and the requirements of each operation.
pub(crate) fn document_keys(specification: &mut OpenApi) {
    let schemes = SCHEMES
        .map(str::to_owned)
        .into_iter()
        .zip(schemes().map(ReferenceOr::Item));
    specification
        .components
        .get_or_insert_default()
        .security_schemes
        .extend(schemes);

    for operation in operations(specification) {
        let has = |status| {
            operation
                .responses
                .iter()
                .any(|all| all.responses.contains_key(&StatusCode::Code(status)))
        };

        // The empty requirement stands for a service without keys; operations that are forbidden
        // there lack it.
        let none = (has(401) && !has(403)).then_some(None);
        let schemes = has(401).then_some(SCHEMES.map(Some)).into_iter().flatten();

        let named = |scheme: Option<&str>| {
            scheme
                .into_iter()
                .map(|name| (name.to_owned(), vec![]))
                .collect()
        };
        operation.security = none.into_iter().chain(schemes).map(named).collect();
    }
}

fn schemes() -> [SecurityScheme; 2] {
    let description = |text: &str| Some(format!("{text}. A service without keys needs none."));

    [
        SecurityScheme::Http {
            scheme: "bearer".to_owned(),
            bearer_format: None,
            description: description("A key of the service in the header `Authorization`"),
            extensions: <_>::default(),
        },
        SecurityScheme::ApiKey {
            location: ApiKeyLocation::Header,
            name: "X-API-Key".to_owned(),
            description: description(
                "A key of the service, for clients that cannot set `Authorization`",
            ),
            extensions: <_>::default(),
        },
    ]
}

/// Adds the problems of a missing or unknown key to the operations of a path.
pub(crate) fn need_key(mut path: TransformPathItem<'_>) -> TransformPathItem<'_> {
    for operation in operations_of(path.inner_mut()) {
        let _ = problems(
            TransformOperation::new(operation),
            [Problem::KeyMissing, Problem::KeyUnknown],
        );
    }

    path
}
