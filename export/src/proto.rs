//! Constructors for the protobuf messages of ONNX, with the fields that we use.

use tract_onnx::pb::{
    AttributeProto, NodeProto, OperatorSetIdProto, StringStringEntryProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto, attribute_proto::AttributeType,
    tensor_proto::DataType, tensor_shape_proto, type_proto,
};

/// The dimension that stands for the number of texts.
pub const BATCH: &str = "N";

/// A node of the standard operator set; [`in_domain`] moves it elsewhere.
pub fn node(
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

/// The node with another domain than the standard one.
pub fn in_domain(domain: &str, node: NodeProto) -> NodeProto {
    NodeProto {
        domain: domain.to_owned(),
        ..node
    }
}

/// A node that gives a constant.
pub fn constant(output: &str, tensor: TensorProto) -> NodeProto {
    let attribute = AttributeProto {
        t: Some(tensor),
        ..attribute("value", AttributeType::Tensor)
    };
    node("Constant", &[], output, vec![attribute])
}

/// An attribute of one integer.
pub fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        i: value,
        ..attribute(name, AttributeType::Int)
    }
}

/// An attribute of several integers.
pub fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    let ints = values.into_iter().map(dimension).collect();
    AttributeProto {
        ints,
        ..attribute(name, AttributeType::Ints)
    }
}

/// An attribute of one string.
pub fn string(name: &str, value: &str) -> AttributeProto {
    AttributeProto {
        s: value.as_bytes().to_vec(),
        ..attribute(name, AttributeType::String)
    }
}

/// An attribute of several strings.
pub fn strings(name: &str, values: &[&str]) -> AttributeProto {
    let strings = values
        .iter()
        .map(|value| value.as_bytes().to_vec())
        .collect();
    AttributeProto {
        strings,
        ..attribute(name, AttributeType::Strings)
    }
}

/// An attribute of several numbers.
pub fn floats(name: &str, values: &[f32]) -> AttributeProto {
    AttributeProto {
        floats: values.to_vec(),
        ..attribute(name, AttributeType::Floats)
    }
}

/// An attribute that takes its value from the attribute `of` of the function's caller.
pub fn reference(name: &str, of: &str, r#type: AttributeType) -> AttributeProto {
    AttributeProto {
        ref_attr_name: of.to_owned(),
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

/// A tensor of numbers.
pub fn float_tensor(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    let raw_data = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    TensorProto {
        raw_data,
        ..tensor(name, dims, DataType::Float)
    }
}

/// One number in double precision.
pub fn double_tensor(name: &str, value: f64) -> TensorProto {
    TensorProto {
        raw_data: value.to_le_bytes().to_vec(),
        ..tensor(name, &[], DataType::Double)
    }
}

/// A vector of integers.
pub fn int_tensor(name: &str, values: &[i64]) -> TensorProto {
    let raw_data = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    TensorProto {
        raw_data,
        ..tensor(name, &[values.len()], DataType::Int64)
    }
}

/// A vector of strings.
pub fn string_tensor(name: &str, values: &[&str]) -> TensorProto {
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

/// An input or output `[N]`, or `[N, columns]`.
pub fn value_info(name: &str, data_type: DataType, columns: Option<usize>) -> ValueInfoProto {
    use tensor_shape_proto::{Dimension, dimension::Value};
    let dims = std::iter::once(Value::DimParam(BATCH.to_owned()))
        .chain(columns.map(|columns| Value::DimValue(dimension(columns))));
    let dim = dims
        .map(|value| Dimension {
            value: Some(value),
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

/// The version of an operator set that a model or function uses.
pub fn opset(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto {
        domain: domain.to_owned(),
        version,
    }
}

/// Metadata entries in the order of their keys.
pub fn entries<'a>(
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
