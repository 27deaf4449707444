//! GET `/openapi.json`.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use relevance_serve::{is_route, openapi_json};
use serde_json::Value;

use crate::support::get;

#[tokio::test]
async fn the_specification_is_served_as_generated() {
    let response = get("/openapi.json").await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(response.text(), openapi_json());
    assert!(openapi_json().ends_with("}\n"));
}

#[test]
fn every_path_of_the_specification_is_a_route() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    for path in specification["paths"].as_object().unwrap().keys() {
        assert!(is_route(path), "{path}");
    }
}

/// Outline of an operation: bodies by status and media type, with the names of their examples.
fn outline(operation: &Value) -> Value {
    let content = |message: &Value| -> BTreeMap<String, Vec<String>> {
        let content = message["content"].as_object().unwrap();
        let examples = |media: &Value| match media["examples"].as_object() {
            Some(examples) => examples.keys().cloned().collect(),
            None => media
                .get("example")
                .map(|_| "example".to_owned())
                .into_iter()
                .collect(),
        };
        content
            .iter()
            .map(|(kind, media)| (kind.clone(), examples(media)))
            .collect()
    };
    let responses = operation["responses"].as_object().unwrap();
    let responses: BTreeMap<_, _> = responses
        .iter()
        .map(|(status, response)| (status, content(response)))
        .collect();
    serde_json::json!({
        "operationId": operation["operationId"],
        "summary": operation["summary"],
        "tags": operation["tags"],
        "requestBody": operation.get("requestBody").map(content),
        "responses": responses,
    })
}

fn operations(specification: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = specification["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| {
            (format!("{} {path}", method.to_uppercase()), operation)
        })
    })
}

#[test]
fn every_operation_lists_its_responses_with_examples() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    let operations: BTreeMap<_, _> = operations(&specification)
        .map(|(name, operation)| (name, outline(operation)))
        .collect();
    insta::assert_json_snapshot!(operations);
}

#[test]
fn every_response_describes_its_headers() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    for (name, operation) in operations(&specification) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let headers = response["headers"].as_object().unwrap();
            let has = |name: &str| headers.contains_key(name);
            assert!(has("x-request-id"), "{name}, {status}");
            assert_eq!(has("www-authenticate"), status == "401", "{name}, {status}");
            assert_eq!(has("retry-after"), status == "429", "{name}, {status}");
        }
    }
}

#[test]
fn operations_that_may_need_a_key_say_how_to_send_one() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    let (locked, open): (Vec<_>, Vec<_>) =
        operations(&specification).partition(|(_, operation)| operation.get("security").is_some());
    assert!(
        locked
            .iter()
            .all(|(_, operation)| operation["responses"].get("401").is_some()),
        "{locked:?}"
    );
    assert!(
        open.iter()
            .all(|(_, operation)| operation["responses"].get("401").is_none()),
        "{open:?}"
    );
    assert!(
        open.iter().any(|(name, _)| name == "GET /v2/health/live"),
        "{open:?}"
    );
    let predict = locked
        .iter()
        .find(|(name, _)| name == "POST /v1/predict")
        .unwrap()
        .1;
    insta::assert_json_snapshot!(predict["security"], @r#"
    [
      {},
      {
        "bearer": []
      },
      {
        "api_key": []
      }
    ]
    "#);
    insta::assert_json_snapshot!(
        "how_keys_are_sent",
        specification["components"]["securitySchemes"]
    );
}

#[test]
fn the_schemas_are_those_of_the_messages() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    insta::assert_json_snapshot!(specification["components"]["schemas"]);
}

#[test]
fn every_reference_resolves() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut references = Vec::new();
    collect_references(&specification, &mut references);
    assert!(references.len() > 5);
    for reference in references {
        let target = specification.pointer(reference.strip_prefix('#').unwrap());
        assert!(target.is_some(), "{reference}");
    }
}

fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(
                fields
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields
                .values()
                .for_each(|field| collect_references(field, references));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
