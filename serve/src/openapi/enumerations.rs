//! Enumerations in the form that code generators read.

use std::fmt::Write as _;

use aide::openapi::OpenApi;
use schemars::Schema;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde_json::{Map, Value};

/// Replaces every `oneOf` of constants by one `enum`, whose description lists the values.
pub(crate) fn plain_enumerations(specification: &mut OpenApi) {
    let components = specification.components.get_or_insert_default();
    let mut transform = RecursiveTransform(flatten);

    for schema in components.schemas.values_mut() {
        transform.transform(&mut schema.json_schema);
    }
}

fn flatten(schema: &mut Schema) {
    let Some((values, list)) = schema.get("oneOf").and_then(read_constants) else {
        return;
    };

    let description = match schema.get("description").and_then(Value::as_str) {
        Some(description) => format!("{description}\n\n{list}"),
        None => list,
    };

    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("description".to_owned(), description.trim_end().into());
    schema.insert("enum".to_owned(), values.into());
}

/// Returns the constants and a list of their descriptions, if each alternative is a string constant.
fn read_constants(alternatives: &Value) -> Option<(Vec<Value>, String)> {
    let mut list = String::new();
    let mut values = Vec::new();

    for alternative in alternatives.as_array()? {
        let alternative: &Map<String, Value> = alternative.as_object()?;
        let name = alternative.get("const")?.as_str()?;
        let description = alternative.get("description").and_then(Value::as_str);

        let _ = writeln!(list, "- `{name}`: {}", description.unwrap_or_default());
        values.push(name.into());
    }

    Some((values, list))
}
