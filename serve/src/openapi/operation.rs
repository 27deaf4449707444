//! Building blocks for the description of operations.

use aide::openapi::{
    Example, Link, LinkOperation, MediaType, Operation, ReferenceOr, Response, SchemaObject,
    StatusCode,
};
use aide::transform::TransformOperation;
use schemars::JsonSchema;

use crate::problem::{Limit, PROBLEM_JSON, Problem, ProblemBody, TextLocation};
use crate::settings::Limits;

/// The text of every example.
pub(crate) const EXAMPLE_TEXT: &str = "flood waters are rising, families evacuated";

/// Defines a handler and, from its doc comment, `DOCUMENTATION` for the specification.
macro_rules! documented {
    ($(#[doc = $line:literal])* $visibility:vis async fn $($handler:tt)*) => {
        /// The handler's doc comment.
        const DOCUMENTATION: &str = concat!($($line, "\n"),*);

        $(#[doc = $line])*
        $visibility async fn $($handler)*
    };
}
pub(crate) use documented;

/// Sets an operation's id and tag, its summary and its description from the handler's doc comment.
pub(crate) fn describe<'t>(
    operation: TransformOperation<'t>,
    id: &str,
    tag: &str,
    documentation: &str,
) -> TransformOperation<'t> {
    let lines: Vec<&str> = documentation
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let (summary, rest) = lines
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (*first, rest));

    let operation = operation
        .id(id)
        .tag(tag)
        .summary(summary.trim_end_matches('.'));

    let description = rest.join("\n");
    if description.trim().is_empty() {
        operation
    } else {
        operation.description(description.trim())
    }
}

/// Adds to the summary of an operation whose path names a version what distinguishes it.
pub(crate) fn name_version(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let summary = operation.inner_mut().summary.get_or_insert_default();
    summary.push_str(", by version");

    operation
}

/// Problems of a JSON body; `invalid` is the message for a body of the wrong shape.
pub(crate) fn body_problems(invalid: &str) -> [Problem; 8] {
    let limits = Limits::DEFAULT;

    [
        Problem::MalformedJson("expected `:` at line 1 column 8".to_owned()),
        Problem::IncompleteBody,
        Problem::BodyTooSlow {
            limit: Limit::body_time(limits.body_timeout),
        },
        Problem::BodyTooLarge {
            limit: Limit::body(limits.max_body_bytes),
        },
        Problem::UnsupportedMediaType,
        Problem::UnsupportedEncoding("br".to_owned()),
        Problem::MalformedGzip("invalid gzip header".to_owned()),
        Problem::InvalidBody(invalid.to_owned()),
    ]
}

/// Problems of the classification of the text at `location`.
pub(crate) fn classification_problems(location: TextLocation) -> [Problem; 6] {
    let limits = Limits::DEFAULT;
    let limit = Limit::text(limits.max_text_bytes);

    [
        Problem::EmptyText { location },
        Problem::TextTooLong {
            location,
            got_bytes: limits.max_text_bytes + 1,
            limit,
        },
        Problem::InvalidThreshold { got: 1.5 },
        Problem::Overloaded {
            limit: Limit::queue(limits.max_queued_texts),
        },
        Problem::WaitedTooLong {
            limit: Limit::wait(limits.max_wait),
        },
        Problem::NoModel,
    ]
}

/// Problems of the classification of several texts, the invalid one at `location`.
pub(crate) fn batch_problems(location: TextLocation) -> impl Iterator<Item = Problem> {
    let max_texts = Limits::DEFAULT.max_batch_texts;
    let batch = [
        Problem::EmptyBatch,
        Problem::BatchTooLarge {
            got_texts: max_texts + 1,
            limit: Limit::batch(max_texts),
        },
    ];
    batch.into_iter().chain(classification_problems(location))
}

/// Adds an example to an operation's request.
pub(crate) fn request_example(
    mut operation: TransformOperation<'_>,
    example: serde_json::Value,
) -> TransformOperation<'_> {
    let body = operation
        .inner_mut()
        .request_body
        .as_mut()
        .and_then(ReferenceOr::as_item_mut);

    let media = body.and_then(|body| body.content.get_mut("application/json"));
    media
        .expect("an operation with an example takes JSON")
        .example = Some(example);

    operation
}

/// Links an operation's response to the feedback operation.
///
/// The link has no `requestBody`: code generators take only a string there.
pub(crate) fn link_feedback(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let link = Link {
        description: Some(
            "Report the correct label: send the response's `x-request-id` as `request_id`."
                .to_owned(),
        ),
        operation: LinkOperation::OperationId("feedback".to_owned()),
        request_body: None,
        parameters: <_>::default(),
        server: None,
        extensions: <_>::default(),
    };

    let responses = operation.inner_mut().responses.get_or_insert_default();
    if let Some(ReferenceOr::Item(response)) = responses.responses.get_mut(&StatusCode::Code(200)) {
        response
            .links
            .insert("feedback".to_owned(), ReferenceOr::Item(link));
    }

    operation
}

/// Adds the problems of an operation, each as an example of its status.
pub(crate) fn problems(
    mut operation: TransformOperation<'_>,
    problems: impl IntoIterator<Item = Problem>,
) -> TransformOperation<'_> {
    let all = problems.into_iter().chain([Problem::Internal("".into())]);

    for problem in all {
        let (status, body) = problem.describe();
        let example = serde_json::to_value(&body).expect("every key of a problem is a string");
        let example = Example {
            summary: Some(body.title.to_owned()),
            value: Some(example),
            ..Example::default()
        };

        let content =
            media_type::<ProblemBody>(operation.inner_mut(), status.as_u16(), PROBLEM_JSON);
        content
            .examples
            .insert(body.code.name().to_owned(), ReferenceOr::Item(example));
    }
    operation
}

/// The media type of an operation's response, added if it is missing.
pub(crate) fn media_type<'o, T: JsonSchema>(
    operation: &'o mut Operation,
    status: u16,
    kind: &str,
) -> &'o mut MediaType {
    let responses = operation.responses.get_or_insert_default();
    let response = responses
        .responses
        .entry(StatusCode::Code(status))
        .or_insert_with(|| {
            let description = axum::http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason());
            ReferenceOr::Item(Response {
                description: description.unwrap_or_default().to_owned(),
                ..Response::default()
            })
        });

    let ReferenceOr::Item(response) = response else {
        unreachable!("no response is written as a reference")
    };

    response.content.entry(kind.to_owned()).or_insert_with(|| {
        let json_schema = aide::generate::in_context(|context| context.schema.subschema_for::<T>());
        let schema = SchemaObject {
            json_schema,
            example: None,
            external_docs: None,
        };
        MediaType {
            schema: Some(schema),
            ..MediaType::default()
        }
    })
}
