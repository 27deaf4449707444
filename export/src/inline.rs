//! Replaces calls of model-local functions by the functions' nodes.
//!
//! What comes out runs where functions are unknown, and is the oracle of the native operator: the same nodes that
//! onnxruntime executes.

use std::collections::HashMap;

use relevance_pipeline::graph::domain;
use tract_onnx::pb::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto};

use crate::ExportError;

/// The same model without functions.
///
/// # Errors
/// [`ExportError::Inline`] when a call lacks an input or attribute that its function reads, or a function calls a function.
pub fn inline_functions(model: &ModelProto) -> Result<ModelProto, ExportError> {
    let mut inlined = model.clone();
    inlined.functions.clear();
    inlined
        .opset_import
        .retain(|import| import.domain != domain::TEXT);
    if let Some(graph) = &mut inlined.graph {
        inline_graph(graph, &model.functions)?;
    }
    Ok(inlined)
}

fn inline_graph(graph: &mut GraphProto, functions: &[FunctionProto]) -> Result<(), ExportError> {
    let calls = std::mem::take(&mut graph.node);
    for node in calls {
        match find(functions, &node) {
            Some(function) => graph.node.extend(body(function, &node, functions)?),
            None => graph.node.push(node),
        }
    }
    Ok(())
}

fn find<'a>(functions: &'a [FunctionProto], node: &NodeProto) -> Option<&'a FunctionProto> {
    functions
        .iter()
        .find(|function| function.name() == node.op_type && function.domain() == node.domain)
}

/// The function's nodes in the caller's names: inputs and outputs as the call has them, inner values with its name in front.
fn body(
    function: &FunctionProto,
    call: &NodeProto,
    functions: &[FunctionProto],
) -> Result<Vec<NodeProto>, ExportError> {
    let refuse = |cause: String| ExportError::Inline {
        node: call.name.clone(),
        cause,
    };
    if call.input.len() != function.input.len() || call.output.len() != function.output.len() {
        return Err(refuse(
            "it has another number of inputs or outputs than its function".to_owned(),
        ));
    }
    let outer: HashMap<&str, &str> = (function.input.iter().zip(&call.input))
        .chain(function.output.iter().zip(&call.output))
        .map(|(inner, outer)| (inner.as_str(), outer.as_str()))
        .collect();
    let rename = |name: &String| match outer.get(name.as_str()) {
        Some(outer) => (*outer).to_owned(),
        None if name.is_empty() => String::new(),
        None => format!("{}/{name}", call.name),
    };
    let mut nodes = Vec::with_capacity(function.node.len());
    for node in &function.node {
        if find(functions, node).is_some() {
            return Err(refuse(format!(
                "its function calls the function `{}`",
                node.op_type
            )));
        }
        let attribute = node
            .attribute
            .iter()
            .map(|attribute| resolve(attribute, call))
            .collect::<Result<_, _>>();
        nodes.push(NodeProto {
            name: rename(&node.name),
            input: node.input.iter().map(rename).collect(),
            output: node.output.iter().map(rename).collect(),
            attribute: attribute.map_err(|name| refuse(format!("it has no attribute `{name}`")))?,
            ..node.clone()
        });
    }
    Ok(nodes)
}

/// The attribute with the caller's value when it refers to one; the missing name otherwise.
fn resolve(attribute: &AttributeProto, call: &NodeProto) -> Result<AttributeProto, String> {
    if attribute.ref_attr_name.is_empty() {
        return Ok(attribute.clone());
    }
    let value = call
        .attribute
        .iter()
        .find(|value| value.name == attribute.ref_attr_name);
    let value = value.ok_or_else(|| attribute.ref_attr_name.clone())?;
    Ok(AttributeProto {
        name: attribute.name.clone(),
        ..value.clone()
    })
}
