//! What the routes share to describe themselves in the specification.

use aide::openapi::{Example, MediaType, Operation, ReferenceOr, Response, SchemaObject, StatusCode};
use aide::transform::TransformOperation;

use crate::problem::{PROBLEM_JSON, Problem, ProblemBody};

/// The text of every example.
pub(crate) const EXAMPLE_TEXT: &str = "flood waters are rising, families evacuated";

/// Defines a handler and, from its doc comment, `DOCUMENTATION`: what the specification says about it.
macro_rules! documented {
    ($(#[doc = $line:literal])* async fn $($handler:tt)*) => {
        /// The handler's doc comment.
        const DOCUMENTATION: &str = concat!($($line, "\n"),*);

        $(#[doc = $line])*
        async fn $($handler)*
    };
}
pub(crate) use documented;

/// Gives an operation its id, its tag, and the handler's doc comment: the first line as summary, the rest as description.
pub(crate) fn describe<'t>(
    operation: TransformOperation<'t>,
    id: &str,
    tag: &str,
    documentation: &str,
) -> TransformOperation<'t> {
    let lines: Vec<&str> = documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let (summary, rest) = lines.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let operation = operation.id(id).tag(tag).summary(summary.trim_end_matches('.'));
    let description = rest.join("\n");
    if description.trim().is_empty() { operation } else { operation.description(description.trim()) }
}

/// Adds the problems that an operation can answer with, each as an example of its status.
pub(crate) fn problems(
    mut operation: TransformOperation<'_>,
    problems: impl IntoIterator<Item = Problem>,
) -> TransformOperation<'_> {
    let all = problems.into_iter().chain([Problem::Internal("".into())]);
    for problem in all {
        let (status, body) = problem.describe();
        let example = serde_json::to_value(&body).expect("every key of a problem is a string");
        let example = Example { summary: Some(body.title.to_owned()), value: Some(example), ..Example::default() };
        let content = problem_content(operation.inner_mut(), status.as_u16());
        content.examples.insert(body.code.name(), ReferenceOr::Item(example));
    }
    operation
}

/// The problem's media type in an operation's response of one status, which is added when it is missing.
fn problem_content(operation: &mut Operation, status: u16) -> &mut MediaType {
    let responses = operation.responses.get_or_insert_default();
    let response = responses.responses.entry(StatusCode::Code(status)).or_insert_with(|| {
        let description = axum::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        ReferenceOr::Item(Response { description: description.unwrap_or_default().to_owned(), ..Response::default() })
    });
    let ReferenceOr::Item(response) = response else { unreachable!("no response is written as a reference") };
    response.content.entry(PROBLEM_JSON.to_owned()).or_insert_with(|| {
        let json_schema = aide::generate::in_context(|context| context.schema.subschema_for::<ProblemBody>());
        let schema = SchemaObject { json_schema, example: None, external_docs: None };
        MediaType { schema: Some(schema), ..MediaType::default() }
    })
}
