//! Inlining of functions.

use relevance_export::onnx::GraphProto;
use relevance_export::{features_model, inline_functions, text_model};

use crate::{pipeline, pipelines};

#[test]
fn no_trace_of_the_function_is_left() {
    for pipeline in pipelines() {
        let model = text_model(&pipeline);
        let call = model.graph.as_ref().unwrap().node[0].op_type.clone();
        let inlined = inline_functions(&model).unwrap();

        assert!(inlined.functions.is_empty());
        assert!(
            inlined
                .opset_import
                .iter()
                .all(|import| import.domain != "relevance.text")
        );

        let graph = inlined.graph.unwrap();
        assert!(graph.node.iter().all(|node| node.op_type != call));
        assert!(
            graph
                .node
                .iter()
                .flat_map(|node| &node.attribute)
                .all(|attribute| attribute.ref_attr_name.is_empty())
        );
    }
}

#[test]
fn every_input_is_computed_before_it_is_used() {
    for pipeline in pipelines() {
        let text = inline_functions(&text_model(&pipeline)).unwrap();
        for model in [text, features_model(&pipeline)] {
            check_order(&model.graph.unwrap());
        }
    }
}

fn check_order(graph: &GraphProto) {
    let mut known: Vec<String> = graph.input.iter().map(|input| input.name.clone()).collect();
    known.extend(graph.initializer.iter().map(|tensor| tensor.name.clone()));

    for node in &graph.node {
        for input in &node.input {
            assert!(
                known.contains(input),
                "`{input}` of {} is not known",
                node.op_type
            );
        }
        for output in &node.output {
            assert!(!known.contains(output), "`{output}` is computed twice");
            known.push(output.clone());
        }
    }

    assert!(
        graph
            .output
            .iter()
            .all(|output| known.contains(&output.name))
    );
}

#[test]
fn a_call_that_lacks_an_input_or_attribute_of_its_function_is_rejected() {
    let mut no_weights = text_model(&pipeline());
    no_weights.graph.as_mut().unwrap().node[0]
        .attribute
        .retain(|attribute| attribute.name != "weights");
    let error = inline_functions(&no_weights).unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot inline `logit_node`: it has no attribute `weights`"
    );

    let mut no_intercept = text_model(&pipeline());
    no_intercept.graph.as_mut().unwrap().node[0].input.pop();
    let error = inline_functions(&no_intercept).unwrap_err().to_string();
    assert!(
        error.contains("another number of inputs or outputs"),
        "{error}"
    );
}
