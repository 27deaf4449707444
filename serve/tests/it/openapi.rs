//! GET `/openapi.json`.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use relevance_serve::openapi_json;
use serde_json::Value;

use crate::support::get;

#[tokio::test]
async fn the_specification_is_served_as_it_is_written() {
    let answer = get("/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(answer.text(), openapi_json());
    assert!(openapi_json().ends_with("}\n"));
}

/// What an operation takes and gives: bodies by status and media type, with the names of their examples.
fn outline(operation: &Value) -> Value {
    let content = |message: &Value| -> BTreeMap<String, Vec<String>> {
        let content = message["content"].as_object().unwrap();
        let examples = |media: &Value| match media["examples"].as_object() {
            Some(examples) => examples.keys().cloned().collect(),
            None => media.get("example").map(|_| "example".to_owned()).into_iter().collect(),
        };
        content.iter().map(|(kind, media)| (kind.clone(), examples(media))).collect()
    };
    let responses = operation["responses"].as_object().unwrap();
    let responses: BTreeMap<_, _> = responses.iter().map(|(status, response)| (status, content(response))).collect();
    serde_json::json!({
        "operationId": operation["operationId"],
        "summary": operation["summary"],
        "tags": operation["tags"],
        "requestBody": operation.get("requestBody").map(content),
        "responses": responses,
    })
}

#[test]
fn every_operation_lists_its_answers_with_examples() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut operations = BTreeMap::new();
    for (path, item) in specification["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.insert(format!("{} {path}", method.to_uppercase()), outline(operation));
        }
    }
    insta::assert_json_snapshot!(operations);
}

#[test]
fn the_schemas_are_those_of_the_messages() {
    let specification: Value = serde_json::from_str(&openapi_json()).unwrap();
    insta::assert_json_snapshot!(specification["components"]["schemas"]);
}

#[test]
fn every_reference_leads_somewhere() {
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
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| collect_references(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
