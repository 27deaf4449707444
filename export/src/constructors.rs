//! Constructors for the messages of ONNX, with the fields that the exporter sets.

use relevance_pipeline::graph::Node;

use crate::onnx::attribute_proto::AttributeType;
use crate::onnx::tensor_proto::DataType;
use crate::onnx::tensor_shape_proto::Dimension;
use crate::onnx::tensor_shape_proto::dimension::Value as Length;
use crate::onnx::{
    AttributeProto, NodeProto, OperatorSetIdProto, StringStringEntryProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto, type_proto,
};

/// Version of the standard operators.
pub(crate) const STANDARD_OPSET: i64 = 18;
/// Version of onnxruntime's own operators.
pub(crate) const MICROSOFT_OPSET: i64 = 1;

/// Version of the standard operators for machine learning.
pub(crate) const MACHINE_LEARNING_OPSET: i64 = 3;

/// Name of the axis whose length is the number of texts.
const BATCH: &str = "N";

/// Creates a node of the standard domain; [`in_domain`] moves it to another one.
pub(crate) fn node(
    op_type: &str,
    inputs: &[&str],
    output: &str,
    attribute: Vec<AttributeProto>,
) -> NodeProto {
    NodeProto {
        input: inputs.iter().map(ToString::to_string).collect(),
        output: vec![output.to_owned()],
        name: format!("{output}_node"),
        op_type: op_type.to_owned(),
        attribute,
        ..NodeProto::default()
    }
}

/// Creates a node that [`graph`](relevance_pipeline::graph) lists, in the standard domain.
pub(crate) fn known_node(known: Node, attribute: Vec<AttributeProto>) -> NodeProto {
    node(known.operator, known.inputs, known.output, attribute)
}

/// Moves the node to another domain.
pub(crate) fn in_domain(domain: &str, node: NodeProto) -> NodeProto {
    NodeProto {
        domain: domain.to_owned(),
        ..node
    }
}

/// Creates a node that converts to another type.
pub(crate) fn cast(input: &str, output: &str, to: DataType) -> NodeProto {
    node("Cast", &[input], output, vec![int("to", to as i64)])
}

/// Creates a node with a constant output.
pub(crate) fn constant(output: &str, tensor: TensorProto) -> NodeProto {
    let attribute = AttributeProto {
        t: Some(tensor),
        ..attribute("value", AttributeType::Tensor)
    };
    node("Constant", &[], output, vec![attribute])
}

/// Creates an attribute with one integer.
pub(crate) fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        i: value,
        ..attribute(name, AttributeType::Int)
    }
}

/// Creates an attribute with a list of integers.
pub(crate) fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    let ints = values.into_iter().map(dimension).collect();
    AttributeProto {
        ints,
        ..attribute(name, AttributeType::Ints)
    }
}

/// Creates an attribute with one string.
pub(crate) fn string(name: &str, value: &str) -> AttributeProto {
    AttributeProto {
        s: value.as_bytes().to_vec(),
        ..attribute(name, AttributeType::String)
    }
}

/// Creates an attribute with a list of strings.
pub(crate) fn strings(name: &str, values: &[&str]) -> AttributeProto {
    let strings = values
        .iter()
        .map(|value| value.as_bytes().to_vec())
        .collect();
    AttributeProto {
        strings,
        ..attribute(name, AttributeType::Strings)
    }
}

/// Creates an attribute with a list of floats.
pub(crate) fn floats(name: &str, values: &[f32]) -> AttributeProto {
    AttributeProto {
        floats: values.to_vec(),
        ..attribute(name, AttributeType::Floats)
    }
}

/// Creates an attribute that takes its value from the attribute of the same name of the function's
/// caller.
pub(crate) fn reference(name: &str, r#type: AttributeType) -> AttributeProto {
    reference_to(name, name, r#type)
}

/// Creates an attribute that takes its value from the attribute `of_caller` of the function's
/// caller.
pub(crate) fn reference_to(name: &str, of_caller: &str, r#type: AttributeType) -> AttributeProto {
    AttributeProto {
        ref_attr_name: of_caller.to_owned(),
        ..attribute(name, r#type)
    }
}

fn attribute(name: &str, r#type: AttributeType) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        r#type: r#type as i32,
        ..AttributeProto::default()
    }
}

/// Creates a tensor of floats.
pub(crate) fn float_tensor(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    let raw_data = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    TensorProto {
        raw_data,
        ..tensor(name, dims, DataType::Float)
    }
}

/// Creates a scalar in double precision.
pub(crate) fn double_tensor(name: &str, value: f64) -> TensorProto {
    TensorProto {
        raw_data: value.to_le_bytes().to_vec(),
        ..tensor(name, &[], DataType::Double)
    }
}

/// Creates a vector of integers.
pub(crate) fn int_tensor(name: &str, values: &[i64]) -> TensorProto {
    let raw_data = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    TensorProto {
        raw_data,
        ..tensor(name, &[values.len()], DataType::Int64)
    }
}

/// Creates a vector of strings.
pub(crate) fn string_tensor(name: &str, values: &[&str]) -> TensorProto {
    let string_data = values
        .iter()
        .map(|value| value.as_bytes().to_vec())
        .collect();
    TensorProto {
        string_data,
        ..tensor(name, &[values.len()], DataType::String)
    }
}

fn tensor(name: &str, dims: &[usize], data_type: DataType) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        dims: dims.iter().copied().map(dimension).collect(),
        data_type: data_type as i32,
        ..TensorProto::default()
    }
}

/// Creates an input or output `[N]`, or `[N, columns]`.
pub(crate) fn value_info(
    name: &str,
    data_type: DataType,
    columns: Option<usize>,
) -> ValueInfoProto {
    let lengths = std::iter::once(Length::DimParam(BATCH.to_owned()))
        .chain(columns.map(|columns| Length::DimValue(dimension(columns))));
    let dim = lengths
        .map(|length| Dimension {
            value: Some(length),
            ..Dimension::default()
        })
        .collect();

    let tensor = type_proto::Tensor {
        elem_type: data_type as i32,
        shape: Some(TensorShapeProto { dim }),
    };
    let r#type = TypeProto {
        value: Some(type_proto::Value::TensorType(tensor)),
        ..TypeProto::default()
    };

    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(r#type),
        ..ValueInfoProto::default()
    }
}

/// Creates the import of an operator set by a model or function.
pub(crate) fn opset(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto {
        domain: domain.to_owned(),
        version,
    }
}

/// Converts metadata to the file's entries, in their order.
pub(crate) fn entries<'a>(
    pairs: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Vec<StringStringEntryProto> {
    pairs
        .into_iter()
        .map(|(key, value)| StringStringEntryProto {
            key: key.clone(),
            value: value.clone(),
        })
        .collect()
}

fn dimension(value: usize) -> i64 {
    i64::try_from(value).expect("a length in memory fits into an i64")
}
