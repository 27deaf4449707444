//! Inlining of model-local functions.
//!
//! An inlined graph runs on runtimes without functions. It is also the oracle of the native
//! operator, since it consists of the nodes that onnxruntime executes.

use std::collections::HashMap;

use relevance_pipeline::graph::domain;

use crate::error::ExportError;
use crate::onnx::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto};

/// Returns the model with every call of a function replaced by the function's nodes.
///
/// # Errors
/// [`ExportError::Inline`] when a call lacks an input or attribute that its function reads, or a
/// function calls a function.
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
    let nodes = std::mem::take(&mut graph.node);
    for node in nodes {
        match find(functions, &node) {
            Some(function) => graph
                .node
                .extend(inlined_nodes(function, &node, functions)?),
            None => graph.node.push(node),
        }
    }

    Ok(())
}

fn find<'a>(functions: &'a [FunctionProto], node: &NodeProto) -> Option<&'a FunctionProto> {
    functions
        .iter()
        .find(|function| function.name == node.op_type && function.domain == node.domain)
}

/// Returns the function's nodes under the names of the caller.
///
/// Inputs and outputs take the names in the call; intermediate values get the call's name as a
/// prefix.
fn inlined_nodes(
    function: &FunctionProto,
    call: &NodeProto,
    functions: &[FunctionProto],
) -> Result<Vec<NodeProto>, ExportError> {
    let error = |cause: String| ExportError::Inline {
        node: call.name.clone(),
        cause,
    };
    if call.input.len() != function.input.len() || call.output.len() != function.output.len() {
        return Err(error(
            "it has another number of inputs or outputs than its function".to_owned(),
        ));
    }

    let inputs = function.input.iter().zip(&call.input);
    let outputs = function.output.iter().zip(&call.output);
    let caller_names: HashMap<&str, &str> = inputs
        .chain(outputs)
        .map(|(inner, outer)| (inner.as_str(), outer.as_str()))
        .collect();
    let rename = |name: &String| match caller_names.get(name.as_str()) {
        Some(outer) => (*outer).to_owned(),
        None if name.is_empty() => String::new(),
        None => format!("{}/{name}", call.name),
    };

    let mut nodes = Vec::with_capacity(function.node.len());
    for node in &function.node {
        if find(functions, node).is_some() {
            return Err(error(format!(
                "its function calls the function `{}`",
                node.op_type
            )));
        }

        let attributes: Result<_, _> = node
            .attribute
            .iter()
            .map(|attribute| resolve(attribute, call))
            .collect();
        nodes.push(NodeProto {
            name: rename(&node.name),
            input: node.input.iter().map(rename).collect(),
            output: node.output.iter().map(rename).collect(),
            attribute: attributes.map_err(|name| error(format!("it has no attribute `{name}`")))?,
            ..node.clone()
        });
    }

    Ok(nodes)
}

/// Returns the attribute, with the caller's value when it refers to one; otherwise the name that
/// the caller lacks.
fn resolve(attribute: &AttributeProto, call: &NodeProto) -> Result<AttributeProto, String> {
    let wanted = &attribute.ref_attr_name;
    if wanted.is_empty() {
        return Ok(attribute.clone());
    }

    let value = call
        .attribute
        .iter()
        .find(|value| value.name == *wanted)
        .ok_or_else(|| wanted.clone())?;
    Ok(AttributeProto {
        name: attribute.name.clone(),
        ..value.clone()
    })
}
